#include "modelservice/manage/progress.h"

#include <unistd.h>

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

namespace modelservice {
namespace {

// So that drawing costs nothing beside the work.
constexpr absl::Duration kBetweenDraws = absl::Milliseconds(200);

// "1,234,567"
std::string Grouped(int64_t number) {
  std::string text = absl::StrCat(number);
  for (int i = static_cast<int>(text.size()) - 3; i > 0; i -= 3) {
    text.insert(static_cast<size_t>(i), ",");
  }
  return text;
}

}  // namespace

std::string ProgressText(int64_t rows, int64_t done, int64_t whole,
                         absl::Duration passed, absl::string_view unit) {
  std::string text =
      absl::StrCat(Grouped(rows), " ", unit, rows == 1 ? "" : "s");
  const double seconds = absl::ToDoubleSeconds(passed);
  if (seconds < 0.1 || rows == 0) return text;
  absl::StrAppend(&text, ", ",
                  Grouped(std::llround(static_cast<double>(rows) / seconds)),
                  "/s");
  if (whole <= done || done == 0) return text;
  const int64_t left = std::llround(
      seconds * static_cast<double>(whole - done) / static_cast<double>(done));
  absl::StrAppend(&text, ", ",
                  absl::StrFormat("%d:%02d left", left / 60, left % 60));
  return text;
}

Progress::Progress(FILE* stream)
    : stream_(stream), shown_(isatty(fileno(stream)) != 0) {}

void Progress::Start(std::string what, int64_t whole) {
  End();
  what_ = std::move(what);
  whole_ = whole;
  rows_ = 0;
  started_ = absl::Now();
  drawn_ = started_;
  if (!shown_) return;
  std::fputs(what_.c_str(), stream_);
  std::fflush(stream_);
}

void Progress::Advance(int64_t rows, int64_t done) {
  rows_ += rows;
  Draw(done);
}

void Progress::Reach(int64_t rows) {
  rows_ = rows;
  Draw(rows);
}

void Progress::Draw(int64_t done) {
  if (!shown_) return;
  const absl::Time now = absl::Now();
  if (now - drawn_ < kBetweenDraws) return;
  drawn_ = now;
  Write(ProgressText(rows_, done, whole_, now - started_));
}

void Progress::Say(absl::string_view text) {
  if (shown_ && !what_.empty()) Write(text);
}

void Progress::Write(absl::string_view text) {
  // To the line's beginning, and clears what was there.
  std::fprintf(stream_, "\r\033[K%s: %s", what_.c_str(),
               std::string(text).c_str());
  std::fflush(stream_);
}

void Progress::End() {
  if (!shown_ || what_.empty()) return;
  std::fputs("\r\033[K", stream_);
  std::fflush(stream_);
  what_.clear();
}

}  // namespace modelservice
