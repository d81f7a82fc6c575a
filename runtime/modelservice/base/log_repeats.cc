#include "modelservice/base/log_repeats.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"

namespace modelservice {
namespace {

constexpr absl::Duration kPeriod = absl::Seconds(10);
constexpr int kMost = 100;
// Of kinds of lines: what comes then is one kind.
constexpr size_t kMostKinds = 256;
// Of what is remembered of a line.
constexpr size_t kMostText = 200;

bool IsOfWord(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c));
}

// What lines that are alike have in common.
std::string CommonPart(absl::string_view text) {
  text = text.substr(0, std::min(text.find(": "), kMostText));
  std::string common;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    bool digits = false;
    for (; end < text.size() && IsOfWord(text[end]); ++end) {
      digits |= absl::ascii_isdigit(static_cast<unsigned char>(text[end]));
    }
    if (end == i) {
      common.push_back(text[i++]);
    } else {
      common.append(digits ? "#" : std::string(text.substr(i, end - i)));
      i = end;
    }
  }
  return common;
}

}  // namespace

bool LogRepeats::Admit(Severity severity, absl::string_view text,
                       SteadyTime now) {
  if (severity == Severity::kInfo) return true;
  std::pair<Severity, std::string> key(severity, CommonPart(text));
  auto found = kinds_.find(key);
  if (found == kinds_.end()) {
    if (kinds_.size() >= kMostKinds) {
      // Those whose time is over have nothing to say.
      for (auto kind = kinds_.begin(); kind != kinds_.end();) {
        const bool over =
            kind->second.ends <= now && kind->second.left_out == 0;
        kind = over ? kinds_.erase(kind) : std::next(kind);
      }
      if (kinds_.size() >= kMostKinds) key.second.clear();
    }
    found = kinds_.emplace(std::move(key), Kind()).first;
  }
  Kind& kind = found->second;
  if (kind.ends <= now && kind.left_out == 0) {
    kind.ends = After(kPeriod, now);
    kind.admitted = 0;
  }
  if (kind.admitted < kMost) {
    ++kind.admitted;
    return true;
  }
  ++kind.left_out;
  kind.last = std::string(text.substr(0, kMostText));
  any_left_out_ = true;
  return false;
}

std::vector<LogRepeats::Summary> LogRepeats::Take(SteadyTime now) {
  std::vector<Summary> summaries;
  if (!any_left_out_) return summaries;
  any_left_out_ = false;
  for (auto& [key, kind] : kinds_) {
    if (kind.left_out == 0) continue;
    if (kind.ends > now) {
      any_left_out_ = true;
      continue;
    }
    summaries.push_back({key.first, std::exchange(kind.left_out, 0),
                         std::exchange(kind.last, "")});
  }
  return summaries;
}

SteadyTime LogRepeats::next_due() const {
  SteadyTime next = kNever;
  if (!any_left_out_) return next;
  for (const auto& [key, kind] : kinds_) {
    if (kind.left_out > 0) next = std::min(next, kind.ends);
  }
  return next;
}

}  // namespace modelservice
