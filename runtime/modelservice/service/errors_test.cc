#include "modelservice/errors.h"

#include <gmock/gmock.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "modelservice/db/error.h"
#include "modelservice/log.h"
#include "modelservice/orm/codec.h"
#include "modelservice/status.pb.h"
#include "modelservice/testing/captured_log.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = DatabaseError::Kind;

constexpr Reference kToOwner{"owner", "id"};
constexpr Column kColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
    Column("email", 2, FieldType::kString).Name("e_mail").Unique(),
    Column("owner_id", 3, FieldType::kInt64).References(&kToOwner),
};
constexpr int kKey[] = {0};
constexpr Ordering kOrder[] = {{0, false}};
constexpr Table kTable("customer", "Customer", kColumns, kKey, kOrder);

absl::Status Translate(const DatabaseError& error,
                       WriteKind kind = WriteKind::kSave) {
  return TranslateDatabaseError(MakeDatabaseError(error, "driver's secret"),
                                &kTable, kind);
}
absl::Status Translate(Kind kind) {
  DatabaseError error;
  error.kind = kind;
  return Translate(error);
}

// The details that a client finds in the trailer.
StatusDetails DetailsOf(const absl::Status& status) {
  const grpc::Status sent = ToGrpc(status);
  StatusDetails details;
  EXPECT_TRUE(details.ParseFromString(sent.error_details()));
  EXPECT_EQ(details.code(), static_cast<int>(sent.error_code()));
  EXPECT_EQ(details.message(), sent.error_message());
  return details;
}

template <class Detail>
Detail Find(const absl::Status& status, const std::string& type) {
  Detail detail;
  int found = 0;
  const StatusDetails details = DetailsOf(status);
  for (const auto& any : details.details()) {
    if (any.type_url() != "type.googleapis.com/google.rpc." + type) continue;
    ++found;
    EXPECT_TRUE(detail.ParseFromString(any.value()));
  }
  EXPECT_EQ(found, 1) << type;
  return detail;
}

std::string ReasonOf(const absl::Status& status) {
  return Find<ErrorInfo>(status, "ErrorInfo").reason();
}

TEST(ErrorsTest, EveryKindOfDatabaseErrorHasItsCode) {
  const struct {
    Kind kind;
    absl::StatusCode code;
    const char* reason;
  } kCases[] = {
      {Kind::kUnique, absl::StatusCode::kAlreadyExists, "ALREADY_EXISTS"},
      {Kind::kForeignKey, absl::StatusCode::kInvalidArgument,
       "INVALID_ARGUMENT"},
      {Kind::kNotNull, absl::StatusCode::kInvalidArgument, "INVALID_ARGUMENT"},
      {Kind::kCheck, absl::StatusCode::kInvalidArgument, "INVALID_ARGUMENT"},
      {Kind::kValue, absl::StatusCode::kInvalidArgument, "INVALID_ARGUMENT"},
      {Kind::kBusy, absl::StatusCode::kAborted, "DATABASE_BUSY"},
      {Kind::kSerialization, absl::StatusCode::kAborted, "DATABASE_BUSY"},
      {Kind::kConnection, absl::StatusCode::kUnavailable,
       "DATABASE_UNAVAILABLE"},
      {Kind::kReadOnly, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE"},
      {Kind::kFull, absl::StatusCode::kUnavailable, "DATABASE_FULL"},
      {Kind::kTimeout, absl::StatusCode::kDeadlineExceeded,
       "DEADLINE_EXCEEDED"},
      {Kind::kCancelled, absl::StatusCode::kCancelled, "CANCELLED"},
      {Kind::kCorrupt, absl::StatusCode::kInternal, "INTERNAL"},
      {Kind::kSchema, absl::StatusCode::kInternal, "INTERNAL"},
      {Kind::kSyntax, absl::StatusCode::kInternal, "INTERNAL"},
      {Kind::kOther, absl::StatusCode::kInternal, "INTERNAL"},
  };
  for (const auto& test : kCases) {
    const absl::Status told = ForClient(Translate(test.kind), "/shop/Create");
    EXPECT_EQ(told.code(), test.code) << test.reason;
    EXPECT_EQ(ReasonOf(told), test.reason);
    EXPECT_THAT(std::string(told.message()), Not(HasSubstr("secret")));
    EXPECT_THAT(DetailsOf(told).SerializeAsString(), Not(HasSubstr("secret")));
  }
}

TEST(ErrorsTest, ItsDomainIsTheServicesOwn) {
  const auto domain = [](const absl::Status& status, const char* method) {
    return Find<ErrorInfo>(ForClient(status, method), "ErrorInfo").domain();
  };
  EXPECT_EQ(domain(Translate(Kind::kUnique), "/shop.v1.Customers/Create"),
            "shop.v1.Customers");
  EXPECT_EQ(domain(absl::NotFoundError("No."), "/Customers/Get"), "Customers");
  EXPECT_EQ(domain(absl::InternalError("oh"), "/shop.Customers/Get"),
            "shop.Customers");
  EXPECT_EQ(domain(absl::NotFoundError("No."), "Get"), "modelservice");
  // What another service has said stays its own.
  const absl::Status passed_on =
      ForClient(absl::NotFoundError("No."), "/stock.Parts/Get");
  EXPECT_EQ(domain(passed_on, "/shop.Customers/Get"), "stock.Parts");
}

TEST(ErrorsTest, UniqueNamesTheFieldsOfTheColumns) {
  const absl::Status status =
      Translate({Kind::kUnique, "customer", {"e_mail"}, ""});
  EXPECT_EQ(status.message(), "customer with this email already exists.");
  const auto request = Find<BadRequest>(status, "BadRequest");
  ASSERT_EQ(request.field_violations_size(), 1);
  EXPECT_EQ(request.field_violations(0).field(), "email");
  EXPECT_EQ(Find<ResourceInfo>(status, "ResourceInfo").resource_type(),
            "Customer");

  EXPECT_EQ(Translate({Kind::kUnique, "customer", {"e_mail", "owner_id"}, ""})
                .message(),
            "customer with this email, owner_id already exists.");
  EXPECT_EQ(Translate({Kind::kUnique, "", {}, "customer_idx"}).message(),
            "customer with this key already exists.");
  // Of a table that a hook wrote.
  EXPECT_EQ(Translate({Kind::kUnique, "audit", {"e_mail"}, ""}).message(),
            "row with this e_mail already exists.");
}

// No client gives such a key.
TEST(ErrorsTest, ANumberThatIsGivenTwiceIsNotTheClients) {
  const absl::Status status =
      Translate({Kind::kUnique, "customer", {"id"}, ""});
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("SELECT setval(pg_get_serial_sequence('\"customer\"', "
                        "'id'), (SELECT max(\"id\") FROM \"customer\"))"));
}

TEST(ErrorsTest, ForeignKeysOnWriteAndOnDelete) {
  const absl::Status save = Translate({Kind::kForeignKey, "", {}, ""});
  EXPECT_EQ(save.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(save.message(), "owner_id: Invalid key - object does not exist.");
  const absl::Status gone =
      Translate({Kind::kForeignKey, "", {}, ""}, WriteKind::kDelete);
  EXPECT_EQ(gone.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(gone), "FOREIGN_KEY");
  EXPECT_THAT(std::string(gone.message()), HasSubstr("Customer"));
  // SQLite says at COMMIT whose rows refer to it.
  EXPECT_EQ(Translate({Kind::kForeignKey, "other", {"customer_id"}, ""},
                      WriteKind::kDelete)
                .message(),
            gone.message());
}

TEST(ErrorsTest, BusyTellsWhenToTryAgain) {
  const auto retry =
      Find<RetryInfo>(Translate(Kind::kSerialization), "RetryInfo");
  EXPECT_EQ(retry.retry_delay().seconds(), 0);
  EXPECT_GT(retry.retry_delay().nanos(), 0);
}

// What the server does not run again, no client runs again by itself: neither
// after a RetryInfo nor after UNAVAILABLE.
TEST(ErrorsTest, WhatIsNotToBeDoneTwiceTellsNobodyToTryAgain) {
  for (const Kind kind : {Kind::kBusy, Kind::kSerialization, Kind::kTooLong,
                          Kind::kConnection, Kind::kReadOnly, Kind::kFull}) {
    absl::Status fault = MakeDatabaseError(kind, "the driver's words");
    const absl::Status before = Translate(kind);
    MarkNotAgain(&fault);
    const absl::Status told =
        TranslateDatabaseError(fault, &kTable, WriteKind::kSave);
    EXPECT_EQ(told.code(), absl::StatusCode::kAborted) << told;
    EXPECT_EQ(ReasonOf(told), ReasonOf(before));
    EXPECT_TRUE(before.GetPayload("type.googleapis.com/google.rpc.RetryInfo")
                    .has_value());
    EXPECT_FALSE(told.GetPayload("type.googleapis.com/google.rpc.RetryInfo")
                     .has_value());
    EXPECT_THAT(std::string(told.message()), HasSubstr("done twice"));
  }
  // Others are the request's own.
  absl::Status unique =
      MakeDatabaseError({Kind::kUnique, "customer", {"email"}, ""}, "");
  MarkNotAgain(&unique);
  EXPECT_EQ(TranslateDatabaseError(unique, &kTable, WriteKind::kSave).code(),
            absl::StatusCode::kAlreadyExists);
}

TEST(ErrorsTest, WhatIsNoDatabaseErrorStays) {
  const absl::Status status = absl::PermissionDeniedError("no");
  EXPECT_EQ(TranslateDatabaseError(status, &kTable, WriteKind::kSave), status);
  EXPECT_TRUE(
      TranslateDatabaseError(absl::OkStatus(), nullptr, WriteKind::kSave).ok());
}

TEST(ErrorsTest, AViolationEach) {
  const absl::Status status = InvalidArgument(
      {{"email", "Enter a valid email address."}, {"", "The request is odd."}});
  EXPECT_EQ(status.message(),
            "email: Enter a valid email address. The request is odd.");
  const auto request = Find<BadRequest>(status, "BadRequest");
  ASSERT_EQ(request.field_violations_size(), 2);
  EXPECT_EQ(request.field_violations(0).field(), "email");
  EXPECT_EQ(request.field_violations(0).description(),
            "Enter a valid email address.");
  EXPECT_EQ(request.field_violations(1).field(), "");
}

TEST(ErrorsTest, NotFoundNamesTheRow) {
  const Value key[] = {Value::Integer(99)};
  const absl::Status status = NotFound(kTable, key);
  EXPECT_EQ(status.message(), "Customer: 99 not found!");
  const auto resource = Find<ResourceInfo>(status, "ResourceInfo");
  EXPECT_EQ(resource.resource_type(), "Customer");
  EXPECT_EQ(resource.resource_name(), "99");
}

TEST(ErrorsTest, OursIsHiddenBehindAnId) {
  for (const absl::Status& status :
       {absl::InternalError("secret"), absl::UnknownError("secret"),
        absl::DataLossError("secret")}) {
    CapturedLog captured;
    const absl::Status told = ForClient(status, "/shop.Customers/Create");
    const std::string log = captured.Take();
    EXPECT_EQ(told.code(), absl::StatusCode::kInternal);
    EXPECT_THAT(std::string(told.message()),
                testing::MatchesRegex("Internal error [0-9a-f]+\\."));
    const auto info = Find<ErrorInfo>(told, "ErrorInfo");
    const std::string id = info.metadata().at("error_id");
    EXPECT_THAT(std::string(told.message()), HasSubstr(id));
    EXPECT_THAT(log, HasSubstr(id));
    EXPECT_THAT(log, HasSubstr("secret"));
    EXPECT_THAT(log, HasSubstr("/shop.Customers/Create"));
  }
}

TEST(ErrorsTest, ARowThatCannotBeReadNamesItsField) {
  absl::Status unreadable =
      absl::DataLossError("column customer.email holds x");
  unreadable.SetPayload(kUnreadable,
                        absl::Cord("Customer.email cannot be read."));
  CapturedLog captured;
  const absl::Status told = ForClient(unreadable, "/shop.Customers/Retrieve");
  EXPECT_THAT(captured.Take(), HasSubstr("column customer.email holds x"));
  EXPECT_THAT(std::string(told.message()),
              testing::MatchesRegex("Internal error [0-9a-f]+: Customer.email "
                                    "cannot be read\\."));
}

TEST(ErrorsTest, TheClientsOwnKeepsItsWords) {
  const absl::Status told =
      ForClient(absl::FailedPreconditionError("Pay first."), "/shop/Send");
  EXPECT_EQ(told.message(), "Pay first.");
  EXPECT_EQ(ReasonOf(told), "FAILED_PRECONDITION");
  absl::Status special = absl::FailedPreconditionError("Pay first.");
  AddErrorInfo(&special, "UNPAID");
  EXPECT_EQ(ReasonOf(ForClient(special, "/shop/Send")), "UNPAID");
}

// What a broken database says for every call.
TEST(ErrorsTest, AnOutageIsNotLoggedForEveryCall) {
  SeldomLog disk;
  SeldomLog file;
  CapturedLog captured;
  for (int i = 0; i < 1000; ++i) {
    disk.Log(Severity::kError, "the disk is full");
    file.Log(Severity::kError, "the file is read-only");
  }
  const std::string log = captured.Take();
  EXPECT_THAT(log, HasSubstr(" ERROR the disk is full\n"));
  EXPECT_THAT(log, HasSubstr(" ERROR the file is read-only\n"));
  EXPECT_LT(std::count(log.begin(), log.end(), '\n'), 100);
}

TEST(ErrorsTest, OnlyDetailsOfGoogleRpcAreSent) {
  absl::Status status = absl::AbortedError("x");
  status.SetPayload("type.googleapis.com/mine.Secret", absl::Cord("x"));
  EXPECT_THAT(ToGrpc(status).error_details(), "");
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
}

// Clients refuse trailers of more than 8 KiB, and then have no error at all.
TEST(ErrorsTest, RefusalsFitIntoTheTrailers) {
  std::vector<Violation> violations;
  for (int i = 0; i < 500; ++i) {
    violations.push_back({"field_" + std::to_string(i),
                          "Ensure this field has no more than 10 characters."});
  }
  const std::string text(1 << 20, 'x');
  const Value key[] = {Value::Text(text)};
  for (const absl::Status& status :
       {InvalidArgument(violations), NotFound(kTable, key),
        InvalidArgument({{"x", text}}), absl::AbortedError(text)}) {
    const grpc::Status sent = ToGrpc(ForClient(status, "/shop/Create"));
    EXPECT_LT(sent.error_message().size() + sent.error_details().size() * 4 / 3,
              7000u);
    EXPECT_EQ(static_cast<int>(sent.error_code()),
              static_cast<int>(status.code()));
    EXPECT_NE(sent.error_message(), "");
  }
  const StatusDetails details = DetailsOf(InvalidArgument(violations));
  EXPECT_GT(details.details_size(), 0);
  EXPECT_GT(Find<BadRequest>(InvalidArgument(violations), "BadRequest")
                .field_violations_size(),
            10);
  EXPECT_EQ(ReasonOf(InvalidArgument(violations)), "INVALID_ARGUMENT");
}

}  // namespace
}  // namespace modelservice
