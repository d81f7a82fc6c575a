#include "modelservice/call_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>

#include "modelservice/config.pb.h"
#include "modelservice/testing/call_context_builder.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

// Whether `probe` can be called with a T.
template <class T, class Probe>
constexpr bool Can(Probe) {
  return std::is_invocable_v<Probe, T>;
}

#define CAN(Type, expression) \
  Can<Type>([](auto&& call) -> decltype((void)call.expression) {})

// What a handler gets asks, and changes nothing.
static_assert(CAN(const CallContext&, principal()));
static_assert(CAN(const CallContext&, AddTrailer("a", "b")));
static_assert(!CAN(const CallContext&, Put(1)));
static_assert(!CAN(const CallContext&, set_principal(Principal())));
static_assert(!CAN(const CallContext&, LimitTime(absl::Seconds(1))));
static_assert(!std::is_copy_constructible_v<CallContext>);
// What an interceptor gets changes what is its to change.
static_assert(CAN(CallContext&, Put(1)));
static_assert(CAN(CallContext&, set_principal(Principal())));
static_assert(CAN(CallContext&, LimitTime(absl::Seconds(1))));
// What is the runtime's, neither.
static_assert(!CAN(CallContext&, set_request_source(nullptr)));
static_assert(!CAN(CallContext&, set_row_access(nullptr)));
static_assert(!CAN(CallContext&, EndEarly()));
static_assert(!CAN(CallContext&, Cancel()));
static_assert(!CAN(CallContext&, time_limit()));

#undef CAN

TEST(CallContext, IsWhatWasBuilt) {
  Principal ann;
  ann.subject = "ann";
  Settings request;
  request.set_address("here");
  const TestCallContext call =
      CallContextBuilder()
          .Method("/shop.CustomerService/Create")
          .Peer("ipv4:10.0.0.1:5")
          .Metadata("X-Id", "1")
          .Metadata("x-id", "2")
          .CertificateName("x509_common_name", "client")
          .Deadline(absl::Hours(1))
          .Principal(ann)
          .Request(request)
          .Put(std::string("kept"))
          .Build();
  EXPECT_EQ(call.method(), "/shop.CustomerService/Create");
  EXPECT_EQ(call.peer(), "ipv4:10.0.0.1:5");
  EXPECT_EQ(call.metadata("x-id"), "1");
  EXPECT_FALSE(call.metadata("x-other").has_value());
  EXPECT_THAT(call.certificate_names("x509_common_name"),
              ElementsAre("client"));
  EXPECT_TRUE(call.certificate_names("x509_subject_alternative_name").empty());
  EXPECT_EQ(call.principal().subject, "ann");
  ASSERT_NE(call.request(), nullptr);
  EXPECT_EQ(static_cast<const Settings&>(*call.request()).address(), "here");
  EXPECT_EQ(*call.Get<std::string>(), "kept");
  EXPECT_EQ(call.Get<int>(), nullptr);
  EXPECT_LT(call.ends_at(), kNever);
  EXPECT_LT(call.deadline(), absl::InfiniteFuture());
  EXPECT_TRUE(CheckCall(&call).ok());
}

TEST(CallContext, WithoutAnythingItIsAnonymousAndEndless) {
  const TestCallContext call = CallContextBuilder().Build();
  EXPECT_EQ(call.peer(), "");
  EXPECT_TRUE(call.principal().is_anonymous());
  EXPECT_EQ(call.request(), nullptr);
  EXPECT_EQ(call.row_access(), nullptr);
  EXPECT_EQ(call.ends_at(), kNever);
  EXPECT_EQ(call.deadline(), absl::InfiniteFuture());
  EXPECT_FALSE(call.cancelled());
  EXPECT_FALSE(call.trailer("a").has_value());
}

TEST(CallContext, ShowsTheTrailersThatWereAdded) {
  const TestCallContext call = CallContextBuilder().Build();
  call.AddTrailer("b", "1");
  call.AddTrailer("a", "2");
  call.AddTrailer("b", "3");
  // What no server could send.
  call.AddTrailer("b", "Zo\xc3\xab");
  call.AddTrailer("B", "4");
  EXPECT_EQ(call.trailer("b"), "1");
  EXPECT_THAT(call.trailers(),
              ElementsAre(Pair("a", "2"), Pair("b", "1"), Pair("b", "3")));
}

TEST(CallContext, EndsByWhatIsSooner) {
  TestCallContext call = CallContextBuilder().Deadline(absl::Hours(1)).Build();
  const SteadyTime client = call.ends_at();
  call.LimitTime(absl::Hours(2));
  EXPECT_EQ(call.ends_at(), client);
  call.LimitTime(absl::InfiniteDuration());
  EXPECT_EQ(call.ends_at(), client);
  call.LimitTime(-absl::Seconds(1));
  EXPECT_EQ(CheckCall(&call).code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(CallContext, OfAClientThatGoesAway) {
  EXPECT_TRUE(CallContextBuilder().Cancelled().Build().cancelled());
  TestCallContext call = CallContextBuilder().Build();
  call.Cancel();
  EXPECT_EQ(CheckCall(&call).code(), absl::StatusCode::kCancelled);
}

TEST(CallContext, KeepsOneValueOfAType) {
  TestCallContext call = CallContextBuilder().Build();
  call.Put(1);
  call.Put(2);
  call.Put(std::make_unique<int>(3));
  EXPECT_EQ(*call.Get<int>(), 2);
  EXPECT_EQ(**call.Get<std::unique_ptr<int>>(), 3);
}

TEST(CallContextBuilder, BuildsSeveral) {
  CallContextBuilder builder;
  builder.Metadata("x-id", "1");
  const TestCallContext first = builder.Build();
  const TestCallContext second = builder.Peer("unix:/a").Build();
  EXPECT_EQ(first.peer(), "");
  EXPECT_EQ(second.peer(), "unix:/a");
  EXPECT_EQ(second.metadata("x-id"), "1");
}

}  // namespace
}  // namespace modelservice
