// The blog as it was: servers that are still running when the tables are those
// of the next version.
#include "modelservice/main.h"

#include "blog.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, blog::RegisterBlog);
}
