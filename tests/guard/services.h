// The services of guarded.proto, and what their options name.
//
// What a method does is said by the text it gets: "fail" refuses, "throw"
// throws, "wait" waits until the call is cancelled or out of time; everything
// else comes back.
#ifndef MODELSERVICE_TESTS_GUARD_SERVICES_H_
#define MODELSERVICE_TESTS_GUARD_SERVICES_H_

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "guarded.modelservice.pb.h"
#include "modelservice/authenticator.h"
#include "modelservice/permission.h"

namespace guarded {

using ::modelservice::CallContext;
using ::modelservice::Reply;

inline Text TextOf(const std::string& text) {
  Text message;
  message.set_text(text);
  return message;
}

// Serves any of the services with the four shapes.
template <class Base>
class EchoOf : public Base {
 public:
  absl::StatusOr<Reply<Text>> Unary(const CallContext& call,
                                    const Text& request) override {
    if (auto status = Obey(call, request); !status.ok()) return status;
    return request;
  }
  absl::Status ServerStream(const CallContext& call, const Text& request,
                            modelservice::Writer<Text>& writer) override {
    for (int i = 0; i < 3; ++i) {
      if (!writer.Write(request)) return absl::CancelledError("gone");
    }
    return Obey(call, request);
  }
  absl::StatusOr<Reply<Text>> ClientStream(
      const CallContext& call, modelservice::Reader<Text>& reader) override {
    Text all;
    Text request;
    while (reader.Read(&request)) {
      if (auto status = Obey(call, request); !status.ok()) return status;
      all.set_text(all.text() + request.text());
    }
    return all;
  }
  absl::Status Bidi(const CallContext& call,
                    modelservice::Stream<Text, Text>& stream) override {
    Text request;
    while (stream.Read(&request)) {
      if (auto status = Obey(call, request); !status.ok()) return status;
      if (!stream.Write(request)) return absl::CancelledError("gone");
    }
    return absl::OkStatus();
  }

 protected:
  static absl::Status Obey(const CallContext& call, const Text& request) {
    if (request.text() == "fail") return absl::AbortedError("as you wish");
    if (request.text() == "throw") throw std::runtime_error("secret");
    while (request.text() == "wait" && !call.cancelled() &&
           absl::Now() < call.deadline()) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    return absl::OkStatus();
  }
};

class EchoService : public EchoOf<EchoBase> {
 public:
  absl::StatusOr<Reply<Text>> Chosen(const CallContext&,
                                     const Text& t) override {
    return t;
  }
  absl::StatusOr<Reply<Text>> Bare(const CallContext&, const Text& t) override {
    return t;
  }
  absl::Status Timed(const CallContext& call,
                     modelservice::Stream<Text, Text>& stream) override {
    return Bidi(call, stream);
  }
};

template <class Echo>
class LimitedOf : public Echo {
 public:
#define GUARDED_ECHO(Name)                                            \
  absl::StatusOr<Reply<Text>> Name(const CallContext&, const Text& t) \
      override {                                                      \
    return t;                                                         \
  }
  GUARDED_ECHO(Shared)
  GUARDED_ECHO(SharedToo)
  GUARDED_ECHO(ByRequest)
  GUARDED_ECHO(ByFunction)
  GUARDED_ECHO(ByCaller)
  GUARDED_ECHO(TwoGroups)
  GUARDED_ECHO(Shadowed)
  GUARDED_ECHO(Denied)
#undef GUARDED_ECHO
};
using LimitedService = LimitedOf<EchoOf<LimitedBase>>;

class EvenSubject : public modelservice::Permission {
 public:
  bool Allows(const CallContext& call) override {
    return call.principal().subject.size() % 2 == 0;
  }
};

class SharedMemos : public modelservice::ObjectPermission<Memo> {
 public:
  modelservice::Condition<Memo> Rows(const CallContext&) override {
    return MemoModel::public_ == true;
  }
};

template <class Echo>
class MembersOf : public Echo {
 public:
  absl::StatusOr<Reply<Text>> Admins(const CallContext&,
                                     const Text& t) override {
    return t;
  }
  absl::StatusOr<Reply<Text>> Anybody(const CallContext& call,
                                      const Text&) override {
    return TextOf(call.principal().is_anonymous()
                      ? "anonymous"
                      : absl::StrCat(call.principal().scheme, ":",
                                     call.principal().subject));
  }
  absl::StatusOr<Reply<Text>> Even(const CallContext&, const Text& t) override {
    return t;
  }
};
using MembersService = MembersOf<EchoOf<MembersBase>>;

class MemosService : public MemosBase {
 public:
  absl::StatusOr<Reply<ListMemosResponse>> CountVisible(
      const CallContext& call, const ListMemosRequest&) override {
    auto count = Visible(call).Count();
    if (!count.ok()) return count.status();
    ListMemosResponse response;
    response.set_total_size(static_cast<int32_t>(*count));
    return response;
  }
};

// Takes "x-caller: ann admin,staff tenant=acme" for what it says.
class Named : public modelservice::Authenticator {
 public:
  bool Recognizes(const CallContext& call) const override {
    return call.metadata("x-caller").has_value();
  }
  absl::StatusOr<modelservice::Principal> Authenticate(
      const CallContext& call) override {
    const std::vector<std::string> words =
        absl::StrSplit(*call.metadata("x-caller"), ' ');
    modelservice::Principal principal;
    principal.subject = words[0];
    if (principal.subject == "nobody") {
      return absl::UnauthenticatedError("nobody may not call");
    }
    for (size_t i = 1; i < words.size(); ++i) {
      const std::pair<std::string, std::string> claim =
          absl::StrSplit(words[i], absl::MaxSplits('=', 1));
      if (words[i].find('=') != std::string::npos) {
        (*principal.claims.mutable_fields())[claim.first].set_string_value(
            claim.second);
      } else if (words[i].find('_') != std::string::npos) {
        principal.permissions.push_back(words[i]);
      } else {
        principal.roles.push_back(words[i]);
      }
    }
    return principal;
  }
};

}  // namespace guarded

#endif  // MODELSERVICE_TESTS_GUARD_SERVICES_H_
