// The blog of before its last migration: a server that is still running when
// the tables are those of the next one.
#include "modelservice/main.h"

#include "blog.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, blog::RegisterBlog);
}
