#include "modelservice/observe/openmetrics.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace modelservice {
namespace {

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text,
                             {{"\\", "\\\\"}, {"\n", "\\n"}, {"\"", "\\\""}});
}

std::string Number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return absl::StrFormat("%.15g", value);
}

// A bucket's bound is a number with a point, always.
std::string Bound(double value) {
  const std::string text = Number(value);
  return text.find_first_of(".ef") == std::string::npos ? text + ".0" : text;
}

std::string LabelsOf(const Measures::Labels& labels,
                     absl::string_view bound = "") {
  std::string text;
  const auto add = [&text](absl::string_view name, absl::string_view value) {
    absl::StrAppend(&text, text.empty() ? "{" : ",", name, "=\"",
                    Escaped(value), "\"");
  };
  for (const auto& [name, value] : labels) add(name, value);
  if (!bound.empty()) add("le", bound);
  if (!text.empty()) text += '}';
  return text;
}

void AddExemplar(const Measures::Exemplar& exemplar, std::string* text) {
  absl::StrAppend(
      text, " # ",
      LabelsOf(
          {{"trace_id", exemplar.trace_id}, {"span_id", exemplar.span_id}}),
      " ", Number(exemplar.value), " ",
      absl::StrFormat(
          "%.3f", absl::ToDoubleSeconds(exemplar.time - absl::UnixEpoch())));
}

void AddHistogram(absl::string_view name, const Measures::Sample& sample,
                  std::string* text) {
  for (const Measures::Bucket& bucket : sample.buckets) {
    absl::StrAppend(text, name, "_bucket",
                    LabelsOf(sample.labels, Bound(bucket.most)), " ",
                    bucket.count);
    if (bucket.exemplar.has_value()) AddExemplar(*bucket.exemplar, text);
    *text += '\n';
  }
  const std::string labels = LabelsOf(sample.labels);
  absl::StrAppend(text, name, "_count", labels, " ",
                  sample.buckets.empty() ? 0 : sample.buckets.back().count,
                  "\n", name, "_sum", labels, " ", Number(sample.value), "\n");
}

// How much the header Accept wants the type: 1 where it does not say, 0 for one
// that it does not name, or refuses.
double QualityOf(absl::string_view wanted, absl::string_view accept) {
  double best = 0;
  for (const absl::string_view entry : absl::StrSplit(accept, ',')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(entry, ';');
    if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts[0]), wanted)) {
      continue;
    }
    double quality = 1;
    for (size_t i = 1; i < parts.size(); ++i) {
      const std::pair<absl::string_view, absl::string_view> parameter =
          absl::StrSplit(parts[i], absl::MaxSplits('=', 1));
      double value = 0;
      if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parameter.first),
                                 "q") &&
          absl::SimpleAtod(parameter.second, &value)) {
        quality = value;
      }
    }
    best = std::max(best, quality);
  }
  return best;
}

}  // namespace

bool AcceptsOpenMetrics(absl::string_view accept) {
  const double quality = QualityOf("application/openmetrics-text", accept);
  return quality > 0 && quality >= QualityOf("text/plain", accept);
}

std::string OpenMetricsOf(const Measures& measures) {
  std::string text;
  for (const auto& [full_name, family] : measures.families()) {
    absl::string_view name = full_name;
    absl::string_view type = "gauge";
    absl::string_view suffix = "";
    if (family.kind == Measures::Kind::kHistogram) type = "histogram";
    if (family.kind == Measures::Kind::kCounter) {
      type = "counter";
      suffix = "_total";
      absl::ConsumeSuffix(&name, suffix);
    }
    absl::StrAppend(&text, "# TYPE ", name, " ", type, "\n", "# HELP ", name,
                    " ", Escaped(family.help), "\n");
    for (const Measures::Sample& sample : family.samples) {
      if (family.kind == Measures::Kind::kHistogram) {
        AddHistogram(name, sample, &text);
      } else {
        absl::StrAppend(&text, name, suffix, LabelsOf(sample.labels), " ",
                        Number(sample.value), "\n");
      }
    }
  }
  text += "# EOF\n";
  return text;
}

}  // namespace modelservice
