#include "modelservice/db/sqlite/json_inside.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/json_syntax.h"

namespace modelservice::sqlite {
namespace {

// Reads JSON that is well-formed; of any other it says that nothing is there.
class Reader {
 public:
  explicit Reader(absl::string_view json) : rest_(json) {}

  bool EnterIndex(int64_t index) {
    if (!Take('[')) return false;
    if (Take(']')) return false;
    for (; index > 0; --index) {
      if (!SkipValue() || !Take(',')) return false;
    }
    return true;
  }
  bool EnterKey(absl::string_view key) {
    if (!Take('{')) return false;
    bool is_key = false;
    do {
      if (!TakeKey(key, &is_key)) return false;
      if (is_key) return true;
      if (!SkipValue()) return false;
    } while (Take(','));
    return false;
  }
  std::optional<absl::string_view> Value() {
    SkipSpace();
    const absl::string_view from = rest_;
    if (!SkipValue()) return std::nullopt;
    return from.substr(0, from.size() - rest_.size());
  }

 private:
  void SkipSpace() {
    rest_.remove_prefix(
        std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }
  bool Take(char c) {
    SkipSpace();
    return absl::ConsumePrefix(&rest_, absl::string_view(&c, 1));
  }

  // As it is written, with its quotation marks.
  bool TakeString(absl::string_view* written) {
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == '"') {
        *written = rest_.substr(0, i + 1);
        rest_.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }
  bool TakeKey(absl::string_view key, bool* is_key) {
    SkipSpace();
    absl::string_view written;
    if (!absl::StartsWith(rest_, "\"") || !TakeString(&written)) return false;
    std::string name;
    *is_key = TakeJsonString(&written, &name) && name == key;
    return Take(':');
  }

  // By its brackets, which need no more than to be counted.
  bool SkipValue() {
    absl::string_view written;
    int levels = 0;
    do {
      SkipSpace();
      if (rest_.empty()) return false;
      switch (rest_.front()) {
        case '{':
        case '[':
          ++levels;
          rest_.remove_prefix(1);
          break;
        case '}':
        case ']':
          --levels;
          rest_.remove_prefix(1);
          break;
        case ',':
        case ':':
          if (levels == 0) return false;
          rest_.remove_prefix(1);
          break;
        case '"':
          if (!TakeString(&written)) return false;
          break;
        default:
          rest_.remove_prefix(
              std::min(rest_.find_first_of(",:]}\" \t\r\n"), rest_.size()));
          break;
      }
    } while (levels > 0);
    return levels == 0;
  }

  absl::string_view rest_;
};

// Takes a key's bytes, behind their number, off the path.
bool TakeKey(absl::string_view* path, absl::string_view* key) {
  const size_t colon = path->find(':');
  size_t size = 0;
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(path->substr(0, colon), &size) ||
      size > path->size() - colon - 1) {
    return false;
  }
  *key = path->substr(colon + 1, size);
  path->remove_prefix(colon + 1 + size);
  return true;
}

absl::string_view TextOf(sqlite3_value* value) {
  const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(value));
  return bytes == nullptr
             ? absl::string_view()
             : absl::string_view(
                   bytes, static_cast<size_t>(sqlite3_value_bytes(value)));
}

void Inside(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto found = JsonInside(TextOf(arguments[0]), TextOf(arguments[1]));
  if (!found.has_value()) return;
  sqlite3_result_text64(context, found->data(), found->size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

}  // namespace

std::optional<absl::string_view> JsonInside(absl::string_view json,
                                            absl::string_view path) {
  Reader reader(json);
  while (!path.empty()) {
    if (absl::ConsumePrefix(&path, "[")) {
      const size_t end = std::min(path.find(']'), path.size());
      int64_t index = 0;
      if (!absl::SimpleAtoi(path.substr(0, end), &index) ||
          !reader.EnterIndex(index)) {
        return std::nullopt;
      }
      path.remove_prefix(std::min(end + 1, path.size()));
      continue;
    }
    absl::string_view key;
    if (!TakeKey(&path, &key) || !reader.EnterKey(key)) return std::nullopt;
  }
  return reader.Value();
}

int AddJsonInside(sqlite3* connection) {
  return sqlite3_create_function(connection, "modelservice_inside", 2,
                                 SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                 &Inside, nullptr, nullptr);
}

}  // namespace modelservice::sqlite
