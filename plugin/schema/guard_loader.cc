#include "plugin/schema/guard_loader.h"

#include <google/protobuf/repeated_field.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "modelservice/base/compat.h"
#include "modelservice/schema/access.h"
#include "plugin/schema/access_text.h"
#include "plugin/schema/places.h"
#include "plugin/schema/request_path.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

// One of the elements that a method has settings from.
struct Level {
  template <class Settings>
  Level(const Settings& settings, const Places& places)
      : places(places),
        limits(settings.rate_limit()),
        limits_setting(Settings::kRateLimitFieldNumber),
        access(settings.access()),
        access_setting(Settings::kAccessFieldNumber) {}

  const Places& places;
  const pb::RepeatedPtrField<RateLimitSettings>& limits;
  int limits_setting;
  const AccessSettings& access;
  int access_setting;
};

absl::Duration DurationOf(const pb::Duration& duration) {
  return absl::Seconds(duration.seconds()) +
         absl::Nanoseconds(duration.nanos());
}

LimitAlgorithm AlgorithmOf(RateLimitSettings::Algorithm algorithm) {
  switch (algorithm) {
    case RateLimitSettings::SLIDING_WINDOW:
      return LimitAlgorithm::kSlidingWindow;
    case RateLimitSettings::TOKEN_BUCKET:
      return LimitAlgorithm::kTokenBucket;
    case RateLimitSettings::ALGORITHM_UNSPECIFIED:
    case RateLimitSettings::FIXED_WINDOW:
      break;
  }
  return LimitAlgorithm::kFixedWindow;
}

Limit LimitOf(const RateLimitSettings& settings,
              const std::string& default_group) {
  Limit limit;
  limit.group = settings.has_group() ? settings.group() : default_group;
  limit.name = settings.name();
  limit.max_calls = settings.max_calls();
  limit.period = DurationOf(settings.period());
  limit.algorithm = AlgorithmOf(settings.algorithm());
  if (settings.has_burst()) limit.burst = settings.burst();
  limit.keys.assign(settings.key().begin(), settings.key().end());
  limit.cost = settings.cost();
  limit.shadow = settings.shadow_mode();
  if (settings.on_store_failure() == RateLimitSettings::DENY) {
    limit.on_store_failure = OnStoreFailure::kDeny;
  }
  return limit;
}

class GuardLoader {
 public:
  GuardLoader(const pb::MethodDescriptor& descriptor, const File& file,
              const Service& service, Method& method, Diagnostics& diagnostics)
      : descriptor_(descriptor),
        service_(service),
        method_(method),
        diagnostics_(diagnostics) {
    levels_.emplace_back(method.settings, method.places);
    levels_.emplace_back(service.settings, service.places);
    if (service.model != nullptr) {
      levels_.emplace_back(service.model->settings, service.model->places);
    }
    levels_.emplace_back(file.settings, file.places);
    if (service.model != nullptr && service.model->proto_file != file.name) {
      LoadModelsFile();
      levels_.emplace_back(models_file_, models_file_places_);
    }
  }

  void Load() {
    LoadLimits();
    LoadAccess();
    const auto& interceptors = method_.settings.interceptor_size() > 0
                                   ? method_.settings.interceptor()
                                   : service_.settings.interceptor();
    method_.guard.interceptors.assign(interceptors.begin(), interceptors.end());
    if (method_.settings.has_timeout()) {
      method_.guard.timeout = DurationOf(method_.settings.timeout());
    }
  }

 private:
  // A model's services are guarded as its file says, wherever they are: one
  // that is written into a file of its own is open to nobody by that.
  void LoadModelsFile() {
    const pb::Descriptor* const model =
        descriptor_.file()->pool()->FindMessageTypeByName(
            service_.model->full_name);
    models_file_ = model->file()->options().GetExtension(modelservice::file);
    models_file_places_ =
        PlacesOf(*model->file(), {},
                 {pb::FileDescriptorProto::kOptionsFieldNumber,
                  modelservice::kFileFieldNumber},
                 models_file_);
  }

  // Lists are not added up: the nearest is all.
  void LoadLimits() {
    for (const Level& level : levels_) {
      if (level.limits.empty()) continue;
      for (int i = 0; i < level.limits.size(); ++i) {
        CheckLimit(level.limits[i], level, i);
        method_.guard.limits.push_back(
            LimitOf(level.limits[i],
                    absl::StrCat(service_.full_name, ".", method_.name)));
      }
      return;
    }
  }

  void LoadAccess() {
    const bool reads = OnlyReads(method_);
    for (const Level& level : levels_) {
      const AccessText text = AccessFor(level.access, reads);
      if (text.text.empty()) continue;
      method_.guard.require = std::string(text.text);
      CheckAccess(level, text);
      return;
    }
  }

  // What a limit reads from the request must be there.
  void CheckLimit(const RateLimitSettings& limit, const Level& level,
                  int position) {
    for (const std::string& key : limit.key()) {
      absl::string_view path = key;
      if (!absl::ConsumePrefix(&path, "request:") || path.empty()) continue;
      const std::string what = absl::StrCat("key \"", key, "\"");
      const pb::FieldDescriptor* const field =
          Find(path, what, level, position);
      if (field == nullptr) continue;
      if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_FLOAT ||
          field->cpp_type() == pb::FieldDescriptor::CPPTYPE_DOUBLE) {
        ReportLimit(level, position,
                    absl::StrCat(what,
                                 " is a floating-point number, of which "
                                 "no two may be equal"),
                    "name a field of another type");
      }
    }
    if (limit.cost().empty()) return;
    const std::string what = absl::StrCat("cost \"", limit.cost(), "\"");
    const pb::FieldDescriptor* const field =
        Find(limit.cost(), what, level, position);
    if (field == nullptr) return;
    switch (field->cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_INT32:
      case pb::FieldDescriptor::CPPTYPE_INT64:
      case pb::FieldDescriptor::CPPTYPE_UINT32:
      case pb::FieldDescriptor::CPPTYPE_UINT64:
        return;
      default:
        ReportLimit(
            level, position,
            absl::StrCat(what, " is no integer, but ", Str(field->type_name())),
            "name an integer field");
    }
  }

  // Null when `path` leads nowhere, which it reports.
  const pb::FieldDescriptor* Find(absl::string_view path,
                                  const std::string& what, const Level& level,
                                  int position) {
    if (method_.client_streaming) {
      ReportLimit(level, position,
                  absl::StrCat(what,
                               ": a stream of requests is counted "
                               "before the first of them comes"),
                  "drop it");
      return nullptr;
    }
    std::string fault;
    const pb::FieldDescriptor* const field =
        FindRequestField(*descriptor_.input_type(), path, &fault);
    if (field == nullptr) {
      ReportLimit(level, position, absl::StrCat(what, ": ", fault),
                  absl::StrCat("name a scalar field of ", method_.request.name,
                               " or of messages in it"));
    }
    return field;
  }

  void ReportLimit(const Level& level, int position, absl::string_view fault,
                   std::string mend) {
    const bool inherited = &level != &levels_[0];
    if (inherited) {
      absl::StrAppend(&mend, ", or give ", method_.name,
                      " a rate_limit of its own");
    }
    diagnostics_.Report(level.places.Of({level.limits_setting, position}),
                        absl::StrCat(service_.name, ".", method_.name),
                        absl::StrCat("rate_limit: ", fault), mend);
  }

  // What is about rows needs a model, and `owner` a column that says whose they
  // are. An expression of the model is checked there.
  void CheckAccess(const Level& level, const AccessText& text) {
    if (service_.model != nullptr && &level.places == &service_.model->places) {
      return;
    }
    AccessFault fault;
    const auto access = AccessExpression::Parse(text.text, &fault);
    if (!access.has_value()) return;
    const bool own = &level == &levels_[0];
    const auto report = [&](absl::string_view words, absl::string_view mend) {
      diagnostics_.Report(
          level.places.Of({level.access_setting, text.number}),
          own ? absl::StrCat(service_.name, ".", method_.name) : service_.name,
          absl::StrCat("access.", text.setting, ": ", words), mend);
    };
    for (const auto& [kind, name] :
         {std::pair(AccessExpression::Kind::kOwner, "owner"),
          std::pair(AccessExpression::Kind::kModel, "model")}) {
      if (service_.model == nullptr && access->Has(kind)) {
        report(absl::StrCat(name, " is about the rows of a model, and ",
                            service_.name, " has none"),
               absl::StrCat("set its model, or drop ", name));
      }
    }
    if (service_.model != nullptr && !service_.model->has_owner() &&
        access->Has(AccessExpression::Kind::kOwner)) {
      report(absl::StrCat("owner: ", service_.model->short_name,
                          " has no field that says whose a row is"),
             "give one the role OWNER, or drop owner");
    }
  }

  const pb::MethodDescriptor& descriptor_;
  const Service& service_;
  Method& method_;
  Diagnostics& diagnostics_;
  // Of the model, where that is another file than the service's.
  FileSettings models_file_;
  Places models_file_places_;
  std::vector<Level> levels_;  // the nearest first
};

}  // namespace

void LoadGuard(const pb::MethodDescriptor& descriptor, const File& file,
               const Service& service, Method& method,
               Diagnostics& diagnostics) {
  GuardLoader(descriptor, file, service, method, diagnostics).Load();
}

}  // namespace modelservice::plugin
