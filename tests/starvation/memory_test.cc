// What many different requests leave behind in memory: nothing.
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <random>
#include <string>

#include "fixture.h"

namespace starvation {
namespace {

using MemoryTest = StarvationTest;

constexpr int kColumns = 20;
constexpr int kClients = 4;

// What of the process is in memory, in bytes.
int64_t Resident() {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0;
  file >> pages >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

// A random choice of the columns, as a mask or as filters: each has an SQL
// text of its own.
void CallAtRandom(Wides::Stub& wides, int64_t id, std::mt19937& random) {
  const auto chosen = static_cast<uint32_t>(random()) | 1u;
  const auto each = [chosen](const auto& take) {
    for (int i = 0; i < kColumns; ++i) {
      if ((chosen >> i & 1) != 0) take(i);
    }
  };
  if (random() % 2 == 0) {
    PatchWideRequest request;
    request.mutable_wide()->set_id(id);
    each([&](int i) {
      request.mutable_update_mask()->add_paths(absl::StrCat("c", i));
    });
    Wide reply;
    EXPECT_THAT(Call(wides, &Wides::Stub::PartialUpdate, request, &reply),
                IsOk());
    return;
  }
  ListWidesRequest request;
  each([&](int i) {
    const auto* const field =
        ListWidesRequest::descriptor()->FindFieldByName(absl::StrCat("c", i));
    request.GetReflection()->SetInt32(&request, field, i);
  });
  ListWidesResponse reply;
  EXPECT_THAT(Call(wides, &Wides::Stub::List, request, &reply), IsOk());
}

TEST_F(MemoryTest, RandomMasksAndFiltersAreForgotten) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  const auto wides = Wides::NewStub(server().channel());
  std::vector<int64_t> ids;
  for (int i = 0; i < kClients; ++i) {
    Wide created;
    ASSERT_THAT(Call(*wides, &Wides::Stub::Create, Wide(), &created), IsOk());
    ids.push_back(created.id());
  }
  const auto run = [&](int calls, unsigned seed) {
    Together(kClients, [&](int caller) {
      std::mt19937 random(seed + static_cast<unsigned>(caller));
      for (int i = 0; i < calls / kClients; ++i) {
        CallAtRandom(*wides, ids[static_cast<size_t>(caller)], random);
      }
    });
  };
  const int calls = Many("STARVATION_CALLS", 24000);
  // Whatever is kept is full after this.
  run(8000, 1);
  const int64_t before = Resident();
  run(calls, 100);
  const int64_t grown = Resident() - before;
  RecordProperty("grown_bytes", std::to_string(grown));
  // Texts that were kept would take some kilobytes each.
  EXPECT_LT(grown, 20 << 20) << "after " << calls << " calls";
}

}  // namespace
}  // namespace starvation
