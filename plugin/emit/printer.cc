#include "plugin/emit/printer.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "plugin/emit/layout.h"

namespace modelservice::plugin {
namespace {

[[noreturn]] void Bug(absl::string_view what, absl::string_view where) {
  std::fprintf(stderr, "template: %.*s: %.*s\n", static_cast<int>(what.size()),
               what.data(), static_cast<int>(where.size()), where.data());
  std::abort();
}

size_t IndentationOf(absl::string_view line) {
  const size_t first = line.find_first_not_of(' ');
  return first == absl::string_view::npos ? line.size() : first;
}

bool IsBlank(absl::string_view line) {
  return absl::StripAsciiWhitespace(line).empty();
}

// The lines of a template without the indentation they share.
std::vector<absl::string_view> LinesOf(absl::string_view text) {
  absl::ConsumePrefix(&text, "\n");
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  // What follows the last line break is the indentation of the closing quotes.
  if (IsBlank(lines.back())) lines.pop_back();

  size_t shared = absl::string_view::npos;
  for (absl::string_view line : lines) {
    if (!IsBlank(line)) shared = std::min(shared, IndentationOf(line));
  }
  for (absl::string_view& line : lines) {
    line = IsBlank(line) ? "" : line.substr(shared);
  }
  return lines;
}

const Substitution& Find(std::initializer_list<Substitution> substitutions,
                         absl::string_view name) {
  for (const Substitution& substitution : substitutions) {
    if (substitution.name() == name) return substitution;
  }
  Bug("no substitution", name);
}

// The substitution that stands alone on `line`, or null.
const Substitution* Alone(std::initializer_list<Substitution> substitutions,
                          absl::string_view line) {
  line = absl::StripAsciiWhitespace(line);
  if (!absl::ConsumePrefix(&line, "$") || !absl::ConsumeSuffix(&line, "$") ||
      line.empty() || line.find('$') != absl::string_view::npos) {
    return nullptr;
  }
  return &Find(substitutions, line);
}

}  // namespace

void Printer::Emit(std::initializer_list<Substitution> substitutions,
                   absl::string_view text) {
  for (absl::string_view line : LinesOf(text)) EmitLine(substitutions, line);
}

void Printer::EmitLine(std::initializer_list<Substitution> substitutions,
                       absl::string_view line) {
  const size_t indentation = indentation_ + IndentationOf(line);
  if (const Substitution* alone = Alone(substitutions, line)) {
    if (alone->callback()) {
      const size_t outer = std::exchange(indentation_, indentation);
      alone->callback()();
      indentation_ = outer;
    } else if (!alone->text().empty()) {
      LayOutLines(alone->text(), indentation);
    }
    return;
  }

  std::string filled;
  const std::vector<absl::string_view> parts =
      absl::StrSplit(line.substr(IndentationOf(line)), '$');
  // Text and names take turns: an even number of parts is an unpaired dollar.
  if (parts.size() % 2 == 0) Bug("unpaired $", line);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i % 2 == 0) {
      filled.append(parts[i].data(), parts[i].size());
    } else if (parts[i].empty()) {
      filled += '$';
    } else {
      const Substitution& substitution = Find(substitutions, parts[i]);
      if (substitution.callback()) Bug("callback inside a line", line);
      filled += substitution.text();
    }
  }
  LayOutLines(filled, indentation);
}

void Printer::EmitList(absl::string_view head,
                       const std::vector<std::string>& items) {
  WriteLines(LayOutList(head, items, indentation_), indentation_);
}

void Printer::EmitFunction(absl::string_view head,
                           const std::vector<std::string>& statements) {
  WriteLines(LayOutFunction(head, statements, indentation_), indentation_);
}

void Printer::LayOutLines(absl::string_view lines, size_t indentation) {
  for (absl::string_view line : absl::StrSplit(lines, '\n')) {
    if (absl::StartsWith(line, "//")) {
      WriteLines(LayOutComment(line, indentation), indentation);
    } else if (line.empty() || line[0] == '#' || line[0] == '}') {
      WriteLines(line, indentation);
    } else {
      WriteLines(LayOut(line, indentation,
                        absl::EndsWith(line, ",") ? LineContext::kItem
                                                  : LineContext::kStatement),
                 indentation);
    }
  }
}

void Printer::WriteLines(absl::string_view lines, size_t indentation) {
  for (absl::string_view line : absl::StrSplit(lines, '\n')) {
    if (!line.empty()) {
      text_.append(indentation, ' ');
      text_.append(line.data(), line.size());
    }
    text_ += '\n';
  }
}

}  // namespace modelservice::plugin
