// How another program spells a SQLite table's keys, texts that the database
// compares by their bytes: what is looked for has to be spelled so, too.
//
//   const auto spelling = Spelling::OfUuids({"0123ABCD-..."});
//   spelling.Uuid(digits);  // "89ABCDEF-..."
//
// Plain data; safe to share.
#ifndef MODELSERVICE_SQL_SPELLING_H_
#define MODELSERVICE_SQL_SPELLING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice {

class Spelling {
 public:
  // Our own.
  Spelling() = default;
  // That of the first text that says one. `with_hyphens` is what is ours.
  static Spelling OfUuids(const std::vector<std::string>& texts,
                          bool with_hyphens);
  static Spelling OfTimes(const std::vector<std::string>& texts);
  static Spelling OfTimesOfDay(const std::vector<std::string>& texts);

  // Of 32 small hexadecimal digits.
  std::string Uuid(absl::string_view digits) const;

  // Whether times are numbers, of seconds since 1970.
  bool is_unix() const { return is_unix_; }
  bool is_our_time() const {
    return !is_unix_ && separator_ == ' ' && digits_ < 0 && zone_ == 0 &&
           !only_minutes_;
  }
  std::string Time(int64_t seconds, int32_t nanos) const;
  // Of "13:14:15" or "13:14:15.123456".
  std::string TimeOfDay(absl::string_view time) const;

 private:
  bool upper_ = false;
  bool hyphens_ = true;
  bool is_unix_ = false;
  bool only_minutes_ = false;  // "13:14", where there are no seconds
  char separator_ = ' ';
  int8_t zone_ = 0;
  int8_t digits_ = -1;  // behind the point; -1: six where there are any
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_SPELLING_H_
