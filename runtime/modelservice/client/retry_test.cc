// What needs no channel: addresses, when to try again, details of refusals.
#include "modelservice/client/retry.h"

#include <gmock/gmock.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

#include "modelservice/base/status_details.h"
#include "modelservice/client/address.h"
#include "modelservice/client/channel.h"
#include "modelservice/error_details.h"

namespace modelservice::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Address, IsNamedByTheServicesNames) {
  EXPECT_THAT(
      AddressVariables("shop.v1.CustomerService"),
      ElementsAre("GRPC_SERVER_ADDR_SHOP_V1_CUSTOMER_SERVICE",
                  "GRPC_SERVER_ADDR_CUSTOMER_SERVICE", "GRPC_SERVER_ADDR"));
  EXPECT_THAT(AddressVariables("HTTPLog2"),
              ElementsAre("GRPC_SERVER_ADDR_HTTP_LOG2", "GRPC_SERVER_ADDR"));
  EXPECT_EQ(AddressVariables("my_shop.Order_Service").front(),
            "GRPC_SERVER_ADDR_MY_SHOP_ORDER_SERVICE");
}

TEST(Address, TheNearestNameWins) {
  setenv("GRPC_SERVER_ADDR", "all:1", 1);
  EXPECT_EQ(*TargetOf("", "a.Shop"), "all:1");
  setenv("GRPC_SERVER_ADDR_SHOP", "shop:1", 1);
  EXPECT_EQ(*TargetOf("", "a.Shop"), "shop:1");
  setenv("GRPC_SERVER_ADDR_A_SHOP", "a:1", 1);
  EXPECT_EQ(*TargetOf("", "a.Shop"), "a:1");
  EXPECT_EQ(*TargetOf("", "b.Shop"), "shop:1");
  EXPECT_EQ(*TargetOf("said:1", "a.Shop"), "said:1");
  for (const char* name : {"GRPC_SERVER_ADDR", "GRPC_SERVER_ADDR_SHOP",
                           "GRPC_SERVER_ADDR_A_SHOP"}) {
    unsetenv(name);
  }
  const auto none = TargetOf("", "a.Shop");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(none.status().message(),
            "the address of a.Shop is not known; set ClientOptions::address, "
            "or one of the environment variables GRPC_SERVER_ADDR_A_SHOP, "
            "GRPC_SERVER_ADDR_SHOP, GRPC_SERVER_ADDR");
}

TEST(Address, ListsAreOfAddresses) {
  EXPECT_EQ(*TargetOf("10.0.0.1:5,10.0.0.2:5", "S"),
            "ipv4:10.0.0.1:5,10.0.0.2:5");
  EXPECT_EQ(*TargetOf("[::1]:5,[::2]:5", "S"), "ipv6:[::1]:5,[::2]:5");
  EXPECT_EQ(*TargetOf(" 10.0.0.1:5, 10.0.0.2:5\n", "S"),
            "ipv4:10.0.0.1:5,10.0.0.2:5");
  EXPECT_EQ(TargetOf(" ", "S").status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*TargetOf("ipv4:1.2.3.4:5,1.2.3.5:5", "S"),
            "ipv4:1.2.3.4:5,1.2.3.5:5");
  EXPECT_EQ(*TargetOf("unix:/a,b", "S"), "unix:/a,b");
  for (const char* bad : {"a:1,b:1", "10.0.0.1:5,b:1", "10.0.0.1:5,", ","}) {
    const auto target = TargetOf(bad, "S");
    ASSERT_FALSE(target.ok()) << bad;
    EXPECT_EQ(target.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(target.status().message()),
                HasSubstr("dns:///name:port"));
  }
}

TEST(Retry, IsOfWhatMayPass) {
  EXPECT_TRUE(IsTransient(absl::UnavailableError("")));
  EXPECT_TRUE(IsTransient(absl::CancelledError("")));
  EXPECT_FALSE(IsTransient(absl::OkStatus()));
  for (const auto code :
       {absl::StatusCode::kInternal, absl::StatusCode::kUnknown,
        absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kNotFound,
        absl::StatusCode::kDataLoss}) {
    absl::Status status(code, "");
    AddRetryInfo(&status, absl::Seconds(1));
    EXPECT_FALSE(IsTransient(status)) << status;
  }
  // When the server says when.
  for (const auto code :
       {absl::StatusCode::kResourceExhausted, absl::StatusCode::kAborted}) {
    absl::Status status(code, "");
    EXPECT_FALSE(IsTransient(status)) << status;
    AddRetryInfo(&status, absl::Seconds(1));
    EXPECT_TRUE(IsTransient(status)) << status;
  }
}

TEST(Retry, PausesGrow) {
  const ClientRetries retries;
  const auto status = absl::UnavailableError("");
  const auto pause = [&](int made, double chance) {
    return PauseBefore(status, made, retries, chance)
        .value_or(-absl::Seconds(1));
  };
  EXPECT_EQ(pause(1, 0), absl::Milliseconds(100));
  EXPECT_EQ(pause(2, 0), absl::Milliseconds(200));
  EXPECT_EQ(pause(4, 0), absl::Milliseconds(800));
  EXPECT_EQ(pause(4, 1), absl::Milliseconds(400));
  EXPECT_LT(pause(5, 0), absl::ZeroDuration());
  ClientRetries many;
  many.max_attempts = 1000;
  EXPECT_EQ(*PauseBefore(status, 900, many, 0), absl::Seconds(5));
  many.max_attempts = 0;
  EXPECT_FALSE(PauseBefore(status, 1, many, 0).has_value());
}

TEST(Retry, IsNotBeforeItsTime) {
  auto status = absl::ResourceExhaustedError("");
  AddRetryInfo(&status, absl::Seconds(3));
  for (const double chance : {0.0, 0.5, 1.0}) {
    EXPECT_GE(*PauseBefore(status, 1, {}, chance), absl::Seconds(3));
    EXPECT_LE(*PauseBefore(status, 1, {}, chance), absl::Seconds(4));
  }
  // A word of the server's that is none.
  status = absl::UnavailableError("");
  AddRetryInfo(&status, -absl::Seconds(3));
  EXPECT_EQ(*PauseBefore(status, 1, {}, 0), absl::Milliseconds(100));
}

TEST(Retry, HasABudget) {
  RetryBudget budget;
  int allowed = 0;
  while (budget.Failed()) ++allowed;
  EXPECT_EQ(allowed, 49);
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(budget.Failed());
  // Ten that succeed make up for one that failed.
  for (int i = 0; i < 100; ++i) budget.Succeeded();
  EXPECT_FALSE(budget.Failed());
  for (int i = 0; i < 200; ++i) budget.Succeeded();
  EXPECT_TRUE(budget.Failed());
}

TEST(Details, ComeBack) {
  absl::Status sent = InvalidArgument(
      {{"email", "This field is required."}, {"name", "Too long."}});
  AddErrorInfo(&sent, "BAD", {{"limit", "5"}});
  AddRetryInfo(&sent, absl::Milliseconds(1500));
  AddResourceInfo(&sent, "shop.Customer", "7", "Not there.");
  AddQuotaFailure(&sent, "limit", "Reached.");
  const SentStatus trailers = ForTrailers(sent);
  const absl::Status came = FromGrpc(grpc::Status(
      grpc::StatusCode::INVALID_ARGUMENT, trailers.message, trailers.details));
  EXPECT_EQ(came, sent);
  ASSERT_TRUE(BadRequestOf(came).has_value());
  EXPECT_EQ(BadRequestOf(came)->field_violations(1).field(), "name");
  EXPECT_EQ(ErrorInfoOf(came)->reason(), "BAD");
  EXPECT_EQ(ErrorInfoOf(came)->metadata().at("limit"), "5");
  EXPECT_EQ(RetryDelayOf(came), absl::Milliseconds(1500));
  EXPECT_EQ(ResourceInfoOf(came)->resource_name(), "7");
  EXPECT_EQ(QuotaFailureOf(came)->violations(0).description(), "Reached.");
}

TEST(Details, MayBeMissingOrWrong) {
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
  absl::Status plain = FromGrpc(grpc::Status(grpc::StatusCode::ABORTED, "x"));
  EXPECT_EQ(plain, absl::AbortedError("x"));
  EXPECT_FALSE(BadRequestOf(plain).has_value());
  EXPECT_FALSE(RetryDelayOf(plain).has_value());
  const absl::Status garbled =
      FromGrpc(grpc::Status(grpc::StatusCode::ABORTED, "x", "\xff\xff\xff"));
  EXPECT_EQ(garbled, absl::AbortedError("x"));
  plain.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                   absl::Cord("\xff\xff\xff"));
  EXPECT_FALSE(ErrorInfoOf(plain).has_value());
  EXPECT_FALSE(ErrorInfoOf(absl::OkStatus()).has_value());
}

}  // namespace
}  // namespace modelservice::client
