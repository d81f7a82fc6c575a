#include "modelservice/testing/call_context_builder.h"

#include "absl/strings/ascii.h"
#include "modelservice/client/header.h"
#include "modelservice/service/call_access.h"

namespace modelservice {
namespace {

std::optional<absl::string_view> FirstOf(
    const std::multimap<std::string, std::string>& all,
    const std::string& key) {
  const auto first = all.lower_bound(key);
  if (first == all.end() || first->first != key) return std::nullopt;
  return first->second;
}

}  // namespace

TestCallContext::TestCallContext(std::shared_ptr<const Parts> parts)
    : CallContext(parts->method,
                  parts->time.has_value() ? After(*parts->time) : kNever),
      parts_(std::move(parts)),
      cancelled_(parts_->cancelled) {
  if (parts_->principal != nullptr) set_principal(parts_->principal);
  for (const auto& put : parts_->puts) put(*this);
}

std::string TestCallContext::peer() const { return parts_->peer; }

std::optional<absl::string_view> TestCallContext::metadata(
    absl::string_view key) const {
  return FirstOf(parts_->metadata, std::string(key));
}

std::vector<std::string> TestCallContext::certificate_names(
    const std::string& kind) const {
  std::vector<std::string> names;
  const auto [begin, end] = parts_->names.equal_range(kind);
  for (auto name = begin; name != end; ++name) names.push_back(name->second);
  return names;
}

const google::protobuf::Message* TestCallContext::request() const {
  return parts_->request.get();
}

const google::protobuf::Message* TestCallContext::answer() const {
  return CallAccess::answer(*this);
}

void TestCallContext::AddTrailer(const std::string& key,
                                 const std::string& value) const {
  // As a server leaves it out.
  if (!client::IsLegalHeader(key, value)) return;
  const MutexLock lock(mutex_);
  trailers_.emplace(key, value);
}

std::optional<std::string> TestCallContext::trailer(
    const std::string& key) const {
  const MutexLock lock(mutex_);
  const auto first = FirstOf(trailers_, key);
  if (!first.has_value()) return std::nullopt;
  return std::string(*first);
}

std::multimap<std::string, std::string> TestCallContext::trailers() const {
  const MutexLock lock(mutex_);
  return trailers_;
}

CallContextBuilder::CallContextBuilder()
    : parts_(std::make_shared<TestCallContext::Parts>()) {}

TestCallContext::Parts& CallContextBuilder::Changed() {
  // Calls that were built have the old ones.
  if (parts_.use_count() > 1) {
    parts_ = std::make_shared<TestCallContext::Parts>(*parts_);
  }
  return *parts_;
}

CallContextBuilder& CallContextBuilder::Method(absl::string_view path) {
  Changed().method = std::string(path);
  return *this;
}

CallContextBuilder& CallContextBuilder::Peer(absl::string_view peer) {
  Changed().peer = std::string(peer);
  return *this;
}

CallContextBuilder& CallContextBuilder::Metadata(absl::string_view key,
                                                 absl::string_view value) {
  Changed().metadata.emplace(absl::AsciiStrToLower(key), std::string(value));
  return *this;
}

CallContextBuilder& CallContextBuilder::CertificateName(
    absl::string_view kind, absl::string_view name) {
  Changed().names.emplace(std::string(kind), std::string(name));
  return *this;
}

CallContextBuilder& CallContextBuilder::Deadline(absl::Duration from_now) {
  Changed().time = from_now;
  return *this;
}

CallContextBuilder& CallContextBuilder::Principal(
    modelservice::Principal principal) {
  Changed().principal =
      std::make_shared<const modelservice::Principal>(std::move(principal));
  return *this;
}

CallContextBuilder& CallContextBuilder::Request(
    const google::protobuf::Message& request) {
  std::unique_ptr<google::protobuf::Message> copy(request.New());
  copy->CopyFrom(request);
  Changed().request = std::move(copy);
  return *this;
}

CallContextBuilder& CallContextBuilder::Cancelled() {
  Changed().cancelled = true;
  return *this;
}

}  // namespace modelservice
