// Calls for tests of code that is called with one, without a server.
//
//   TEST(Customers, AreTheirMakers) {
//     const modelservice::TestCallContext call =
//         modelservice::CallContextBuilder()
//             .Method("/shop.CustomerService/Create")
//             .Peer("ipv4:10.0.0.1:5")
//             .Metadata("x-id", "1")
//             .Deadline(absl::Seconds(1))
//             .Principal(ann)
//             .Build();
//     EXPECT_TRUE(customers.BeforeCreate(call, transaction, customer).ok());
//     EXPECT_EQ(call.trailer("x-seen"), "1");
//   }
//
// What is built works with handlers, hooks, permissions, authenticators, limit
// keys, interceptors and receivers of signals. Nothing waits or fails here.
#ifndef MODELSERVICE_TESTING_CALL_CONTEXT_BUILDER_H_
#define MODELSERVICE_TESTING_CALL_CONTEXT_BUILDER_H_

#include <google/protobuf/message.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/mutex.h"
#include "modelservice/call_context.h"

namespace modelservice {

// A call that a test made, and owns. As a call of a server it is used by one
// thread at a time, but for what CallContext lets any thread do, and Cancel.
class TestCallContext final : public CallContext {
 public:
  std::string peer() const override;
  std::optional<absl::string_view> metadata(
      absl::string_view key) const override;
  std::vector<std::string> certificate_names(
      const std::string& kind) const override;
  const google::protobuf::Message* request() const override;
  bool cancelled() const override { return cancelled_; }
  void AddTrailer(const std::string& key,
                  const std::string& value) const override;

  // The first trailer of this key; none when there is none.
  std::optional<std::string> trailer(const std::string& key) const;
  // All that were added.
  std::multimap<std::string, std::string> trailers() const;

  // What an interceptor answered in the method's place; null when none did.
  const google::protobuf::Message* answer() const;

  // What a client does that goes away.
  void Cancel() { cancelled_ = true; }

 private:
  friend class CallContextBuilder;
  // Shared with the builder, which copies it before it changes it.
  struct Parts {
    std::string method = "/test.Service/Method";
    std::string peer;
    std::multimap<std::string, std::string> metadata;
    std::multimap<std::string, std::string> names;  // of the certificate
    std::optional<absl::Duration> time;
    std::shared_ptr<const google::protobuf::Message> request;
    std::shared_ptr<const modelservice::Principal> principal;
    std::vector<std::function<void(CallContext&)>> puts;
    bool cancelled = false;
  };

  explicit TestCallContext(std::shared_ptr<const Parts> parts);

  const std::shared_ptr<const Parts> parts_;
  std::atomic<bool> cancelled_;
  mutable Mutex mutex_;
  mutable std::multimap<std::string, std::string> trailers_
      ABSL_GUARDED_BY(mutex_);
};

// Describes a call; what is not said is absent, and the caller anonymous. May
// be built from several times. Not thread-safe.
class CallContextBuilder {
 public:
  CallContextBuilder();

  // "/shop.CustomerService/Create"; else some path.
  CallContextBuilder& Method(absl::string_view path);
  // As gRPC writes it: "ipv4:10.0.0.1:5", "ipv6:[::1]:5", "unix:/run/shop".
  CallContextBuilder& Peer(absl::string_view peer);
  // A request header, whose key becomes lower case; each adds one.
  CallContextBuilder& Metadata(absl::string_view key, absl::string_view value);
  // A name of the client's certificate: CallContext::certificate_names.
  CallContextBuilder& CertificateName(absl::string_view kind,
                                      absl::string_view name);
  // The client's deadline, from the moment at which the call is built.
  CallContextBuilder& Deadline(absl::Duration from_now);
  // Who calls.
  CallContextBuilder& Principal(modelservice::Principal principal);
  // Copies the request.
  CallContextBuilder& Request(const google::protobuf::Message& request);
  // The client has gone away.
  CallContextBuilder& Cancelled();
  // What an interceptor would have Put; of T, which is copied.
  template <class T>
  CallContextBuilder& Put(T value) {
    Changed().puts.push_back(
        [value = std::move(value)](CallContext& call) { call.Put(T(value)); });
    return *this;
  }

  TestCallContext Build() const { return TestCallContext(parts_); }

 private:
  TestCallContext::Parts& Changed();

  std::shared_ptr<TestCallContext::Parts> parts_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_CALL_CONTEXT_BUILDER_H_
