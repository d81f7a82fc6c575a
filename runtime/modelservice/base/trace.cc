#include "modelservice/base/trace.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace modelservice {
namespace {

constexpr size_t kMaxId = 128;
// What the standard asks to be kept at least.
constexpr size_t kMaxState = 512;
constexpr size_t kLongMember = 128;
// A list with more is none.
constexpr ptrdiff_t kMostMembers = 32;
// "00-" 32 digits "-" 16 digits "-" 2 digits.
constexpr size_t kHeader = 55;

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

bool IsId(absl::string_view text) {
  return IsHex(text) && text.find_first_not_of('0') != absl::string_view::npos;
}

// Whole members, of which the last ones were there longest.
std::string BoundedState(absl::string_view state) {
  // gRPC lets through what is no text.
  const bool is_text = std::all_of(state.begin(), state.end(), [](char c) {
    return absl::ascii_isprint(static_cast<unsigned char>(c));
  });
  if (!is_text || std::count(state.begin(), state.end(), ',') >= kMostMembers) {
    return "";
  }
  if (state.size() <= kMaxState) return std::string(state);
  std::string bounded;
  for (absl::string_view member : absl::StrSplit(state, ',')) {
    member = absl::StripAsciiWhitespace(member);
    if (member.empty() || member.size() > kLongMember) continue;
    if (bounded.size() + 1 + member.size() > kMaxState) break;
    absl::StrAppend(&bounded, bounded.empty() ? "" : ",", member);
  }
  return bounded;
}

int HexDigit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// False when it is none, of which nothing may be used.
bool Parse(absl::string_view header, Trace* trace) {
  if (header.size() < kHeader || header[2] != '-' || header[35] != '-' ||
      header[52] != '-') {
    return false;
  }
  const absl::string_view version = header.substr(0, 2);
  if (!IsHex(version) || version == "ff") return false;
  // Later versions may have more behind a "-".
  if (header.size() > kHeader && (version == "00" || header[kHeader] != '-')) {
    return false;
  }
  const absl::string_view trace_id = header.substr(3, 32);
  const absl::string_view parent_id = header.substr(36, 16);
  const absl::string_view flags = header.substr(53, 2);
  if (!IsId(trace_id) || !IsId(parent_id) || !IsHex(flags)) return false;
  trace->trace_id = std::string(trace_id);
  trace->parent_id = std::string(parent_id);
  trace->sampled = (HexDigit(flags[1]) & 1) != 0;
  return true;
}

}  // namespace

std::string NewHexId(int size) {
  static thread_local std::mt19937_64 random = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  std::string id;
  while (id.size() < static_cast<size_t>(size)) {
    absl::StrAppend(&id, absl::Hex(random(), absl::kZeroPad16));
  }
  id.resize(static_cast<size_t>(size));
  // Zeros alone are no id of a trace.
  if (!IsId(id)) id.back() = '1';
  return id;
}

bool IsSaneId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxId &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  absl::string_view("-_.:/+=@").find(c) !=
                      absl::string_view::npos;
         });
}

Trace Trace::Continue(std::optional<absl::string_view> traceparent,
                      std::optional<absl::string_view> tracestate) {
  Trace trace;
  if (traceparent.has_value() && Parse(*traceparent, &trace)) {
    if (tracestate.has_value()) trace.state = BoundedState(*tracestate);
  } else {
    trace.trace_id = NewHexId(32);
  }
  trace.span_id = NewHexId(16);
  return trace;
}

std::string Trace::Header() const {
  return absl::StrCat("00-", trace_id, "-", span_id, sampled ? "-01" : "-00");
}

}  // namespace modelservice
