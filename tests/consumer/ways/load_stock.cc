// load_stock LIBRARY FILE NAME: the same, by a library that is loaded.
#include <dlfcn.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  void* const library = dlopen(argv[1], RTLD_NOW);
  if (library == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  const auto count = reinterpret_cast<int (*)(const char*, const char*)>(
      dlsym(library, "CountItems"));
  if (count == nullptr) return 1;
  std::printf("%d\n", count(argv[2], argv[3]));
}
