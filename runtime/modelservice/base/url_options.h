// Options that the settings of a URL set.
//
//   UrlOptions options;
//   options.Count("max_batch", &batch).Switch("create", &create);
//   std::vector<UrlSetting> others;
//   absl::Status status = options.Read(url.settings, &others);
//
// What it is given outlives it. Not thread-safe.
#ifndef MODELSERVICE_BASE_URL_OPTIONS_H_
#define MODELSERVICE_BASE_URL_OPTIONS_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/base/url.h"

namespace modelservice {

class UrlOptions {
 public:
  // Sets what it is of; says what the value must be when it is not, else
  // nothing.
  using Setter = std::function<std::string(absl::string_view value)>;

  UrlOptions& Add(absl::string_view name, Setter setter) {
    options_.emplace_back(name, std::move(setter));
    return *this;
  }
  // Without `most`, as many as an int holds.
  UrlOptions& Count(absl::string_view name, int* option, int least = 1,
                    std::optional<int> most = std::nullopt);
  UrlOptions& Time(absl::string_view name, absl::Duration* option);
  UrlOptions& TimeAboveZero(absl::string_view name, absl::Duration* option);
  UrlOptions& Switch(absl::string_view name, bool* option);

  // Sets the options that are named; settings of other names come back in
  // `others`. INVALID_ARGUMENT for a value that is none, and for an option that
  // is there twice.
  absl::Status Read(absl::Span<const UrlSetting> settings,
                    std::vector<UrlSetting>* others) const;

  // With commas between, for errors.
  std::string names() const;

 private:
  std::vector<std::pair<absl::string_view, Setter>> options_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_URL_OPTIONS_H_
