// How far a command is, on a terminal: what it does, how many rows, how many in
// a second, and how long it will go on.
//
//   Progress progress(stderr);
//   progress.Start("shop.Customer", 1'000'000);
//   progress.Advance(512, done);
//   progress.End();
//
// Says nothing where the stream is no terminal. Not thread-safe.
#ifndef MODELSERVICE_MANAGE_PROGRESS_H_
#define MODELSERVICE_MANAGE_PROGRESS_H_

#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace modelservice {

class Progress {
 public:
  explicit Progress(FILE* stream);
  ~Progress() { End(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Whether anybody sees it, so that it is worth counting ahead.
  bool shown() const { return shown_; }

  // `whole` is what `done` of Advance comes to; 0 where it is not known.
  void Start(std::string what, int64_t whole);
  // So many rows more.
  void Advance(int64_t rows, int64_t done);
  // So many rows in all, of `whole` rows.
  void Reach(int64_t rows);
  // In words.
  void Say(absl::string_view text);
  // Clears the line.
  void End();

 private:
  void Draw(int64_t done);
  void Write(absl::string_view text);

  FILE* const stream_;
  const bool shown_;
  std::string what_;
  int64_t whole_ = 0;
  int64_t rows_ = 0;
  absl::Time started_;
  absl::Time drawn_;
};

// "12,345 rows, 23,456/s, 0:42 left"; what Progress draws. `unit` is what is
// counted.
std::string ProgressText(int64_t rows, int64_t done, int64_t whole,
                         absl::Duration passed, absl::string_view unit = "row");

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_PROGRESS_H_
