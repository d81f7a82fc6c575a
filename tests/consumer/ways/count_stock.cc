// count_stock FILE NAME: prints how many items the database has.
#include <cstdio>

extern "C" int CountItems(const char* file, const char* name);

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::printf("%d\n", CountItems(argv[1], argv[2]));
}
