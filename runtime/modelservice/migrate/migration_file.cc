#include "modelservice/migrate/migration_file.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/base/openssl.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

constexpr absl::string_view kUp = "-- up";
constexpr absl::string_view kDown = "-- down";
constexpr absl::string_view kTransaction = "-- transaction";
constexpr absl::string_view kAlone = "-- alone";
constexpr absl::string_view kChecksum = "-- checksum: ";

// The marker that a comment was perhaps meant to be; empty: none. A line that
// is one to the letter is not asked about.
absl::string_view MarkerLike(absl::string_view line) {
  line = absl::StripAsciiWhitespace(line);
  if (!absl::ConsumePrefix(&line, "--")) return "";
  while (absl::ConsumePrefix(&line, "-")) {
  }
  line = absl::StripLeadingAsciiWhitespace(line);
  if (absl::ConsumePrefix(&line, "+")) {  // `-- +goose Down`
    line.remove_prefix(std::min(line.find(' '), line.size()));
  }
  std::string word = absl::AsciiStrToLower(absl::StripAsciiWhitespace(line));
  while (!word.empty() && absl::ascii_ispunct(word.back())) word.pop_back();
  absl::StripTrailingAsciiWhitespace(&word);
  for (const absl::string_view marker : {kUp, kDown, kTransaction, kAlone}) {
    if (word == marker.substr(3)) return marker;
  }
  return "";
}

// Whether what follows `sql` is in a text, a comment or a body that has begun
// there.
bool IsInside(absl::string_view sql) {
  constexpr absl::string_view kProbe = "SELECT;";
  std::vector<std::string> statements;
  AppendStatements(absl::StrCat(sql, ";", kProbe), &statements);
  return statements.back() != kProbe;
}

void AppendScript(const Script& script, std::string* text) {
  bool first = true;
  for (const ScriptPart& part : script) {
    if (part.alone) {
      absl::StrAppend(text, kAlone, "\n");
    } else if (!first) {
      absl::StrAppend(text, kTransaction, "\n");
    }
    first = false;
    for (const std::string& statement : part.statements) {
      absl::StrAppend(text, statement, "\n");
    }
  }
}

// What stands behind the header.
std::string BodyOf(const MigrationFile& file) {
  std::string body = absl::StrCat(kUp, "\n");
  AppendScript(file.up, &body);
  absl::StrAppend(&body, kDown, "\n");
  AppendScript(file.down, &body);
  return body;
}

}  // namespace

std::string WriteMigration(const MigrationFile& file, bool sealed) {
  std::string text;
  for (const std::string& reason : file.reasons) {
    absl::StrAppend(&text, "-- ", reason, "\n");
  }
  for (const Danger& danger : file.dangers) {
    absl::StrAppend(&text, "-- ! ", danger.kind, ": ", danger.text, "\n");
  }
  const std::string body = BodyOf(file);
  if (sealed) absl::StrAppend(&text, kChecksum, Sha256Hex(body), "\n");
  absl::StrAppend(&text, body);
  return text;
}

std::string ChecksumOf(const Script& script, size_t count) {
  const auto end =
      script.begin() + static_cast<ptrdiff_t>(std::min(count, script.size()));
  return Sha256Hex(TextOf(Script(script.begin(), end)));
}

std::string TextOf(const Script& script) {
  std::string text;
  AppendScript(script, &text);
  return text;
}

absl::StatusOr<MigrationFile> ParseMigration(absl::string_view text,
                                             absl::string_view place,
                                             absl::Status* seal) {
  // What Git, or an editor, has made of the ends of all lines is no change, nor
  // is the mark that some editors begin UTF-8 with.
  text = WithoutByteOrderMark(text);
  const size_t end = text.find('\n');
  const bool is_converted =
      end != absl::string_view::npos && end > 0 && text[end - 1] == '\r';
  const std::string lines = is_converted
                                ? absl::StrReplaceAll(text, {{"\r\n", "\n"}})
                                : std::string(text);
  MigrationFile file;
  std::string said;
  std::string body;
  Script* script = nullptr;
  std::string part;
  bool alone = false;
  const auto end_part = [&] {
    ScriptPart one;
    one.alone = alone;
    AppendStatements(part, &one.statements);
    if (script != nullptr && !one.statements.empty()) {
      script->push_back(std::move(one));
    }
    part.clear();
    alone = false;
  };
  size_t number = 0;
  for (const absl::string_view raw : absl::StrSplit(lines, '\n')) {
    ++number;
    const absl::string_view line = absl::StripTrailingAsciiWhitespace(raw);
    if (script != nullptr || line == kUp) absl::StrAppend(&body, raw, "\n");
    const absl::string_view marker = MarkerLike(line);
    if (script != nullptr && !marker.empty() && IsInside(part)) {
      absl::StrAppend(&part, raw, "\n");
    } else if (line == kUp && script == nullptr) {
      script = &file.up;
    } else if (line == kDown && script == &file.up) {
      end_part();
      script = &file.down;
    } else if (script != nullptr && (line == kTransaction || line == kAlone)) {
      end_part();
      alone = line == kAlone;
    } else if (!marker.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          place, ", line ", number, ": \"", line, "\" is ",
          line == marker
              ? "out of its place: \"-- up\" comes first, then "
                "\"-- down\", once each, and the others behind them"
              : absl::StrCat("no more than a comment; write \"", marker,
                             "\", or other words if it is one")));
    } else if (script != nullptr) {
      absl::StrAppend(&part, raw, "\n");
    } else if (absl::StartsWith(line, kChecksum)) {
      said = std::string(line.substr(kChecksum.size()));
    } else if (absl::StartsWith(line, "-- ! ")) {
      const std::pair<absl::string_view, absl::string_view> danger =
          absl::StrSplit(line.substr(5), absl::MaxSplits(": ", 1));
      file.dangers.push_back(
          {std::string(danger.first), std::string(danger.second)});
    } else if (absl::StartsWith(line, "-- ")) {
      file.reasons.emplace_back(line.substr(3));
    } else if (!line.empty() && line != "--") {
      return absl::FailedPreconditionError(absl::StrCat(
          place, ": \"", line, "\" stands ahead of the line \"", kUp, "\""));
    }
  }
  if (script == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat(place, ": there is no line \"", kUp, "\""));
  }
  end_part();
  // However many empty lines end it.
  absl::StripTrailingAsciiWhitespace(&body);
  file.checksum = Sha256Hex(absl::StrCat(body, "\n"));
  if (!said.empty() && said != file.checksum) {
    absl::Status broken = absl::FailedPreconditionError(absl::StrCat(
        place,
        " was edited: its checksum is not that of its statements; if that was "
        "meant, and no database has had what is edited, write ",
        file.checksum, " there"));
    if (seal == nullptr) return broken;
    *seal = std::move(broken);
  }
  return file;
}

}  // namespace modelservice
