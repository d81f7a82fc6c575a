#include "modelservice/protogen/existing_file.h"

#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/base/compat.h"

namespace modelservice::proto {
namespace {

namespace pb = google::protobuf;

// The tokenizer counts a tab as what brings the column to a multiple of this.
constexpr int kTabWidth = 8;

using Options = pb::RepeatedPtrField<pb::UninterpretedOption>;

bool IsNamed(const pb::UninterpretedOption& option, absl::string_view name) {
  if (option.name_size() == 0 || !option.name(0).is_extension()) return false;
  absl::string_view written = option.name(0).name_part();
  absl::ConsumePrefix(&written, ".");
  return written == name;
}

std::string ValueOf(const pb::UninterpretedOption& option) {
  if (option.has_identifier_value()) return option.identifier_value();
  if (option.has_positive_int_value()) {
    return absl::StrCat(option.positive_int_value());
  }
  if (option.has_negative_int_value()) {
    return absl::StrCat(option.negative_int_value());
  }
  if (option.has_double_value()) return absl::StrCat(option.double_value());
  if (option.has_string_value()) {
    return absl::StrCat("\"", absl::CEscape(option.string_value()), "\"");
  }
  return absl::StrCat("{ ", option.aggregate_value(), " }");
}

// `(modelservice.field).references.model = "A"` as text format:
// `references { model: "A" }`.
std::string TextFormatOf(const pb::UninterpretedOption& option) {
  if (option.name_size() == 1) {
    return option.has_aggregate_value() ? option.aggregate_value()
                                        : ValueOf(option);
  }
  std::string text;
  std::string closing;
  for (int i = 1; i < option.name_size(); ++i) {
    const auto& part = option.name(i);
    const std::string name = part.is_extension()
                                 ? absl::StrCat("[", part.name_part(), "]")
                                 : part.name_part();
    if (i + 1 < option.name_size()) {
      absl::StrAppend(&text, name, " { ");
      closing += " }";
    } else {
      absl::StrAppend(&text, name, ": ", ValueOf(option));
    }
  }
  return text + closing;
}

}  // namespace

absl::StatusOr<ExistingFile> ExistingFile::Parse(const std::string& name,
                                                 const std::string& text) {
  ExistingFile existing;
  existing.name_ = name;
  existing.text_ = text;
  compat::FirstError error;
  pb::io::ArrayInputStream input(text.data(), static_cast<int>(text.size()));
  pb::io::Tokenizer tokenizer(&input, &error);
  pb::compiler::Parser parser;
  parser.RecordErrorsTo(&error);
  // Else it would print a warning by itself.
  parser.SetRequireSyntaxIdentifier(true);
  if (!parser.Parse(&tokenizer, &existing.file_) || !error.text.empty()) {
    absl::string_view fault = error.text;
    absl::ConsumeSuffix(&fault, ".");
    return absl::InvalidArgumentError(
        absl::StrCat(name, ":", fault, "; mend the file first"));
  }
  existing.lines_.push_back(0);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') existing.lines_.push_back(i + 1);
  }
  for (const Location& location :
       existing.file_.source_code_info().location()) {
    existing.locations_[{location.path().begin(), location.path().end()}] =
        location;
  }
  return existing;
}

bool ExistingFile::Has(const std::vector<int>& path) const {
  return locations_.count(path) > 0;
}

size_t ExistingFile::OffsetOf(int line, int column) const {
  size_t at = lines_[static_cast<size_t>(line)];
  for (int reached = 0; reached < column && at < text_.size(); ++at) {
    reached =
        text_[at] == '\t' ? (reached / kTabWidth + 1) * kTabWidth : reached + 1;
  }
  return at;
}

Span ExistingFile::SpanOf(const std::vector<int>& path) const {
  const auto found = locations_.find(path);
  if (found == locations_.end()) return {};
  const Location& location = found->second;
  const int end_line =
      location.span_size() == 4 ? location.span(2) : location.span(0);
  return {OffsetOf(location.span(0), location.span(1)),
          OffsetOf(end_line, location.span(location.span_size() - 1))};
}

absl::string_view ExistingFile::TextOf(const std::vector<int>& path) const {
  const Span span = SpanOf(path);
  return absl::string_view(text_).substr(span.begin, span.end - span.begin);
}

Span ExistingFile::WholeOf(const std::vector<int>& path) const {
  Span span = SpanOf(path);
  const auto found = locations_.find(path);
  if (found == locations_.end()) return span;
  const absl::string_view text = text_;
  const auto line_at = [&](size_t start) {
    return absl::StripAsciiWhitespace(
        text.substr(start, NextLine(text, start) - start));
  };
  // Alone on its line: all of the line goes.
  const size_t line = LineStart(text, span.begin);
  if (absl::StripAsciiWhitespace(text.substr(line, span.begin - line))
          .empty()) {
    span.begin = line;
    if (found->second.has_leading_comments()) {
      bool in_block = false;
      while (span.begin > 0) {
        const size_t above = LineStart(text, span.begin - 1);
        const absl::string_view comment = line_at(above);
        in_block = in_block || absl::EndsWith(comment, "*/");
        if (!in_block && !absl::StartsWith(comment, "//")) break;
        if (absl::StartsWith(comment, "/*")) in_block = false;
        span.begin = above;
      }
    }
  }
  const size_t next = NextLine(text, span.end);
  const absl::string_view rest =
      absl::StripAsciiWhitespace(text.substr(span.end, next - span.end));
  if (!rest.empty() && !absl::StartsWith(rest, "//")) return span;
  span.end = next;
  // A trailing comment may stand below.
  if (rest.empty() && found->second.has_trailing_comments()) {
    while (span.end < text.size() &&
           absl::StartsWith(line_at(span.end), "//")) {
      span.end = NextLine(text, span.end);
    }
  }
  return span;
}

std::string ExistingFile::PlaceOf(const std::vector<int>& path) const {
  const auto found = locations_.find(path);
  if (found == locations_.end()) return name_;
  return absl::StrCat(name_, ":", found->second.span(0) + 1, ":",
                      found->second.span(1) + 1);
}

std::vector<int> OptionsNamed(const Options& options, absl::string_view name) {
  std::vector<int> positions;
  for (int i = 0; i < options.size(); ++i) {
    if (IsNamed(options[i], name)) positions.push_back(i);
  }
  return positions;
}

absl::Status ReadSettings(const ExistingFile& file,
                          const std::vector<int>& path, const Options& options,
                          absl::string_view name, pb::Message* settings,
                          ExtensionTexts* extensions) {
  for (const int i : OptionsNamed(options, name)) {
    compat::FirstError error;
    pb::TextFormat::Parser parser;
    parser.RecordErrorsTo(&error);
    parser.AllowUnknownExtension(true);
    const auto read = std::unique_ptr<pb::Message>(settings->New());
    const std::string text = TextFormatOf(options[i]);
    if (parser.ParseFromString(text, read.get())) {
      settings->MergeFrom(*read);
      const ExtensionTexts found = ExtensionsIn(text);
      extensions->own.insert(extensions->own.end(), found.own.begin(),
                             found.own.end());
      extensions->inner |= found.inner;
      continue;
    }
    std::vector<int> place = path;
    place.push_back(pb::FieldOptions::kUninterpretedOptionFieldNumber);
    place.push_back(i);
    // The place is that of the option; the parser's is inside of it.
    const size_t colon = error.text.find(": ");
    return absl::InvalidArgumentError(absl::StrCat(
        file.PlaceOf(place), ": (", name,
        "): ", error.text.substr(colon == std::string::npos ? 0 : colon + 2),
        "; mend the file first"));
  }
  return absl::OkStatus();
}

}  // namespace modelservice::proto
