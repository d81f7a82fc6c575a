#include "modelservice/main.h"

#include "my shop.modelservice.pb.h"
#include "owner.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    ways::RegisterOwner(registry);
    ways::RegisterMyShop(registry);
  });
}
