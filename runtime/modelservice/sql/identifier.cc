#include "modelservice/sql/identifier.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

// FNV-1a: names must be the same for ever, which hashes of libraries are not.
uint64_t HashOf(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return hash;
}

// At most `size` bytes of `text`, without a part of a character at the end.
absl::string_view Clip(absl::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    --size;
  }
  return text.substr(0, size);
}

}  // namespace

std::string GeneratedName(absl::string_view stem, absl::string_view suffix) {
  std::string name = absl::StrCat(stem, suffix);
  if (name.size() <= kMaxIdentifierBytes) return name;
  const std::string hash =
      absl::StrCat("_", absl::Hex(HashOf(name) >> 32, absl::kZeroPad8));
  // A suffix may have a name in it.
  suffix = Clip(suffix, kMaxIdentifierBytes / 2);
  return absl::StrCat(
      Clip(stem, kMaxIdentifierBytes - hash.size() - suffix.size()), hash,
      suffix);
}

// makeObjectName of its src/backend/commands/indexcmds.c: what is longer is
// shortened first.
std::string PostgresName(absl::string_view table, absl::string_view column,
                         absl::string_view label) {
  table = Clip(table, kMaxIdentifierBytes);
  column = Clip(column, kMaxIdentifierBytes);
  const size_t overhead = label.size() + (column.empty() ? 1 : 2);
  const size_t room = kMaxIdentifierBytes - overhead;
  size_t of_table = table.size();
  size_t of_column = column.size();
  while (of_table + of_column > room) {
    --(of_table > of_column ? of_table : of_column);
  }
  return absl::StrCat(Clip(table, of_table), column.empty() ? "" : "_",
                      Clip(column, of_column), "_", label);
}

bool IsPostgresColumn(absl::string_view name) {
  constexpr absl::string_view kNames[] = {"cmax", "cmin",     "ctid",
                                          "xmax", "tableoid", "xmin"};
  return std::find(std::begin(kNames), std::end(kNames), name) !=
         std::end(kNames);
}

bool IsPostgresOwn(absl::string_view name) {
  return absl::StartsWith(name, "pg_");
}

}  // namespace modelservice
