#include "modelservice/guard/auth/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "modelservice/testing/temporary_folder.h"

namespace modelservice {
namespace {

// A second goes by with each look.
class FastClock {
 public:
  KeyFile::Clock clock() {
    return [this] { return absl::FromUnixSeconds(++seconds_); };
  }

 private:
  std::atomic<int64_t> seconds_{1700000000};
};

absl::StatusOr<KeySet> OneSecret(absl::string_view bytes,
                                 std::vector<std::string>*) {
  return KeysFromSecret(bytes);
}

void Replace(const std::string& path, const std::string& content) {
  std::ofstream(path + ".new", std::ios::binary) << content;
  ASSERT_EQ(std::rename((path + ".new").c_str(), path.c_str()), 0);
}

TEST(KeyFile, GivesTheSameKeysUntilTheFileChanges) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/secret";
  Replace(path, std::string(32, 'a'));
  FastClock clock;
  auto file = KeyFile::Open("secret_file", path, &OneSecret, clock.clock());
  ASSERT_TRUE(file.ok()) << file.status();
  const auto before = (*file)->keys();
  EXPECT_EQ((*file)->keys(), before);
  // As long as the one before, and maybe in the same instant.
  Replace(path, std::string(32, 'b'));
  EXPECT_NE((*file)->keys(), before);
}

// Neither is waited for.
TEST(KeyFile, WhatIsNoFileIsNoKeys) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/secret";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  FastClock clock;
  const auto open = [&](const std::string& place) {
    return KeyFile::Open("secret_file", place, &OneSecret, clock.clock());
  };
  EXPECT_EQ(open(path).status(),
            absl::InvalidArgumentError("secret_file: " + path +
                                       " is a FIFO; name a file"));
  EXPECT_EQ(open("/dev/zero").status(),
            absl::InvalidArgumentError(
                "secret_file: /dev/zero is a device; name a file"));
  // Nor when it takes the place of keys: they are kept.
  ASSERT_EQ(std::remove(path.c_str()), 0);
  Replace(path, std::string(32, 'a'));
  auto file = open(path);
  ASSERT_TRUE(file.ok()) << file.status();
  const auto before = (*file)->keys();
  ASSERT_EQ(std::remove(path.c_str()), 0);
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ((*file)->keys(), before);
}

TEST(KeyFile, IsReadAgainThoughTheClockIsSetBack) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/secret";
  Replace(path, std::string(32, 'a'));
  int64_t seconds = 1700000000;
  auto file = KeyFile::Open("secret_file", path, &OneSecret, [&seconds] {
    return absl::FromUnixSeconds(seconds);
  });
  ASSERT_TRUE(file.ok()) << file.status();
  const auto before = (*file)->keys();
  Replace(path, std::string(33, 'b'));
  seconds -= 3600;
  EXPECT_NE((*file)->keys(), before);
}

TEST(KeyFile, IsReadByManyThreadsWhileItChanges) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/secret";
  Replace(path, std::string(32, 'a'));
  FastClock clock;
  auto file = KeyFile::Open("secret_file", path, &OneSecret, clock.clock());
  ASSERT_TRUE(file.ok()) << file.status();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&file] {
      for (int i = 0; i < 500; ++i) {
        const auto keys = (*file)->keys();
        ASSERT_EQ(keys->size(), 1u);
        EXPECT_FALSE(keys->front().Verify("text", "no signature"));
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    Replace(path, i % 3 == 0 ? "too short"
                             : std::string(32, static_cast<char>('a' + i % 3)));
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace modelservice
