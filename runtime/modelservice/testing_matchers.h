// GoogleMock's matchers for statuses and messages; the one header here that
// needs it.
//
//   EXPECT_THAT(status, modelservice::IsOk());
//   EXPECT_THAT(missing, modelservice::StatusIs(absl::StatusCode::kNotFound,
//                                               HasSubstr("99")));
//   EXPECT_THAT(customer,
//               modelservice::EqualsProto(R"pb(id: 1 email: "a@b")pb"));
//
// A status is an absl::Status, an absl::StatusOr or a grpc::Status.
#ifndef MODELSERVICE_TESTING_MATCHERS_H_
#define MODELSERVICE_TESTING_MATCHERS_H_

#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace modelservice {

namespace internal {

inline absl::Status AsStatus(const absl::Status& status) { return status; }
template <class T>
absl::Status AsStatus(const absl::StatusOr<T>& status) {
  return status.status();
}
inline absl::Status AsStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
}

}  // namespace internal

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  const absl::Status status = internal::AsStatus(arg);
  *result_listener << "is " << status.ToString();
  return status.ok();
}

MATCHER_P2(StatusIs, code, message,
           (negation ? std::string("isn't ") : std::string("is ")) +
               absl::StatusCodeToString(code)) {
  const absl::Status status = internal::AsStatus(arg);
  *result_listener << "is " << status.ToString();
  return status.code() == code &&
         testing::ExplainMatchResult(message, std::string(status.message()),
                                     result_listener);
}
inline auto StatusIs(absl::StatusCode code) {
  return StatusIs(code, testing::_);
}

// A text that is no such message equals none.
MATCHER_P(EqualsProto, expected,
          std::string(negation ? "isn't equal to " : "is equal to ") +
              testing::PrintToString(expected)) {
  const std::unique_ptr<google::protobuf::Message> wanted(arg.New());
  google::protobuf::TextFormat::Parser parser;
  if (!parser.ParseFromString(std::string(expected), wanted.get())) {
    *result_listener << "and what it should be is no such message";
    return false;
  }
  google::protobuf::util::MessageDifferencer differences;
  std::string told;
  differences.ReportDifferencesToString(&told);
  const bool equal = differences.Compare(*wanted, arg);
  *result_listener << told;
  return equal;
}

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_MATCHERS_H_
