#include <cstdint>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/base/secrets.h"
#include "modelservice/sqlite.h"

namespace modelservice {
namespace {

absl::Status UrlError(absl::string_view url, absl::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("database URL \"", MaskUrl(url), "\": ", fault));
}

bool IsHexDigit(char c) {
  return absl::ascii_isxdigit(static_cast<unsigned char>(c));
}

bool DecodePercent(absl::string_view text, std::string* out) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out->push_back(text[i]);
      continue;
    }
    uint32_t byte;
    if (i + 2 >= text.size() || !IsHexDigit(text[i + 1]) ||
        !IsHexDigit(text[i + 2]) ||
        !absl::SimpleHexAtoi(text.substr(i + 1, 2), &byte)) {
      return false;
    }
    out->push_back(static_cast<char>(byte));
    i += 2;
  }
  return true;
}

// What a value of the setting must be, when it is not; else empty.
absl::string_view SetCount(absl::string_view value, int* count) {
  if (absl::SimpleAtoi(value, count) && *count >= 1) return "";
  return "a whole number from 1 up";
}

absl::string_view SetTime(absl::string_view value, absl::Duration* time) {
  if (absl::ParseDuration(value, time) && *time >= absl::ZeroDuration()) {
    return "";
  }
  return "a duration like 2s or 500ms";
}

absl::string_view Set(absl::string_view name, absl::string_view value,
                      SqliteOptions* options) {
  using Synchronous = SqliteOptions::Synchronous;
  if (name == "synchronous") {
    if (value == "full") {
      options->synchronous = Synchronous::kFull;
    } else if (value == "normal") {
      options->synchronous = Synchronous::kNormal;
    } else if (value == "off") {
      options->synchronous = Synchronous::kOff;
    } else {
      return "full, normal or off";
    }
    return "";
  }
  if (name == "busy_timeout") return SetTime(value, &options->busy_timeout);
  if (name == "max_batch_time") return SetTime(value, &options->max_batch_time);
  if (name == "create") {
    if (value == "true" || value == "false") {
      options->create = value == "true";
      return "";
    }
    return "true or false";
  }
  if (name == "max_batch") return SetCount(value, &options->max_batch);
  if (name == "max_batch_bytes") {
    return SetCount(value, &options->max_batch_bytes);
  }
  if (name == "max_queue") return SetCount(value, &options->max_queue);
  if (name == "max_write_time") {
    // Zero would leave no time at all, and not for ever as one might think.
    return SetTime(value, &options->max_write_time).empty() &&
                   options->max_write_time > absl::ZeroDuration()
               ? ""
               : "a duration above 0 like 5s, or inf for any time";
  }
  if (name == "max_cursors") return SetCount(value, &options->max_cursors);
  if (name == "cache_size") return SetCount(value, &options->cache_size);
  if (name == "max_readers") return SetCount(value, &options->max_readers);
  return SetCount(value, &options->max_statements);
}

constexpr absl::string_view kSettings[] = {
    "synchronous",     "busy_timeout", "create",         "max_batch",
    "max_batch_bytes", "max_queue",    "max_batch_time", "max_write_time",
    "max_readers",     "max_cursors",  "max_statements", "cache_size",
};

bool IsSetting(absl::string_view name) {
  return absl::c_linear_search(kSettings, name);
}

}  // namespace

absl::StatusOr<SqliteOptions> ParseSqliteUrl(absl::string_view url) {
  absl::string_view rest = url;
  if (!absl::ConsumePrefix(&rest, "sqlite:")) {
    return UrlError(url, "not SQLite's; it starts with sqlite:");
  }
  if (absl::ConsumePrefix(&rest, "//") && !absl::StartsWith(rest, "/")) {
    return UrlError(url,
                    "SQLite has no host; write sqlite:shop.db or "
                    "sqlite:///absolute/shop.db");
  }
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(rest, absl::MaxSplits('?', 1));
  SqliteOptions options;
  if (!DecodePercent(parts.first, &options.path)) {
    return UrlError(url, "\"%\" without two hex digits; write %25 for itself");
  }
  if (options.path.empty()) {
    return UrlError(url, "no path; write sqlite:shop.db or sqlite::memory:");
  }
  if (options.path.find('\0') != std::string::npos) {
    return UrlError(url, "%00 cannot be part of a path");
  }

  absl::flat_hash_set<absl::string_view> seen;
  for (const absl::string_view setting :
       absl::StrSplit(parts.second, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(setting, absl::MaxSplits('=', 1));
    if (!IsSetting(pair.first)) {
      return UrlError(
          url, absl::StrCat("unknown setting \"", pair.first, "\"; there are ",
                            absl::StrJoin(kSettings, ", ")));
    }
    if (!seen.insert(pair.first).second) {
      return UrlError(url, absl::StrCat(pair.first, " is there twice"));
    }
    const absl::string_view wanted = Set(pair.first, pair.second, &options);
    if (!wanted.empty()) {
      return UrlError(url, absl::StrCat(pair.first, " must be ", wanted,
                                        ", not \"", pair.second, "\""));
    }
  }
  return options;
}

}  // namespace modelservice
