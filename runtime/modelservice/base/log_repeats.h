// Which lines of a log are repeats that nobody would read.
//
//   LogRepeats repeats;
//   if (repeats.Admit(severity, text, SteadyNow())) Write(text);
//   ...
//   for (const LogRepeats::Summary& s : repeats.TakeOver(SteadyNow())) ...
//
// Not thread-safe.
#ifndef MODELSERVICE_BASE_LOG_REPEATS_H_
#define MODELSERVICE_BASE_LOG_REPEATS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/base/clock.h"
#include "modelservice/log.h"

namespace modelservice {

// Of warnings and errors that are alike a hundred are admitted in ten seconds.
// Those are alike that differ only in words with digits, like the id of an
// error, and in what follows the first ": ". What is logged for information is
// always admitted: who asks for a line for each call wants them all.
class LogRepeats {
 public:
  // What was left out.
  struct Summary {
    Severity severity;
    int64_t lines;
    std::string last;  // the text of the last of them
  };

  bool Admit(Severity severity, absl::string_view text, SteadyTime now);

  // The summaries that are due, or all of them. Each is given once.
  std::vector<Summary> Take(SteadyTime now);
  std::vector<Summary> TakeAll() { return Take(kNever); }

  // When the next one is due; kNever: none will be.
  SteadyTime next_due() const;

 private:
  struct Kind {
    SteadyTime ends;
    int admitted = 0;
    int64_t left_out = 0;
    std::string last;
  };

  // By severity and by what those that are alike have in common.
  std::map<std::pair<Severity, std::string>, Kind> kinds_;
  bool any_left_out_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_LOG_REPEATS_H_
