#include "modelservice/db/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/cord.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = DatabaseError::Kind;

TEST(DatabaseErrorTest, ComesBackFromItsStatus) {
  DatabaseError error;
  error.kind = Kind::kUnique;
  error.table = "a:table, with 7:odd 'name'";
  error.columns = {"", "b", "c.d"};
  error.constraint = "c";
  error.row = 2;
  error.offset = 0;
  error.parameter = 7;
  const absl::Status status = MakeDatabaseError(error, "the driver's text");
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(status.message(), "the driver's text");

  const auto back = GetDatabaseError(status);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->kind, Kind::kUnique);
  EXPECT_EQ(back->table, error.table);
  EXPECT_THAT(back->columns, ElementsAre("", "b", "c.d"));
  EXPECT_EQ(back->constraint, "c");
  EXPECT_EQ(back->row, 2u);
  EXPECT_EQ(back->offset, 0u);
  EXPECT_EQ(back->parameter, 7u);
}

TEST(DatabaseErrorTest, EveryKindHasItsCode) {
  const struct {
    Kind kind;
    absl::StatusCode code;
  } cases[] = {
      {Kind::kUnique, absl::StatusCode::kAlreadyExists},
      {Kind::kForeignKey, absl::StatusCode::kFailedPrecondition},
      {Kind::kNotNull, absl::StatusCode::kFailedPrecondition},
      {Kind::kCheck, absl::StatusCode::kFailedPrecondition},
      {Kind::kValue, absl::StatusCode::kFailedPrecondition},
      {Kind::kBusy, absl::StatusCode::kAborted},
      {Kind::kSerialization, absl::StatusCode::kAborted},
      {Kind::kConnection, absl::StatusCode::kUnavailable},
      {Kind::kReadOnly, absl::StatusCode::kUnavailable},
      {Kind::kFull, absl::StatusCode::kUnavailable},
      {Kind::kTimeout, absl::StatusCode::kDeadlineExceeded},
      {Kind::kCancelled, absl::StatusCode::kCancelled},
      {Kind::kCorrupt, absl::StatusCode::kDataLoss},
      {Kind::kSchema, absl::StatusCode::kInternal},
      {Kind::kSyntax, absl::StatusCode::kInternal},
      {Kind::kOther, absl::StatusCode::kInternal},
  };
  for (const auto& c : cases) {
    const absl::Status status = MakeDatabaseError(c.kind, "text");
    EXPECT_EQ(status.code(), c.code) << status;
    EXPECT_TRUE(HasKind(status, c.kind));
    EXPECT_FALSE(HasKind(absl::Status(c.code, "text"), c.kind));
    const auto back = GetDatabaseError(status);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->kind, c.kind);
    EXPECT_THAT(back->columns, IsEmpty());
  }
}

TEST(DatabaseErrorTest, OtherStatusesHaveNone) {
  EXPECT_FALSE(GetDatabaseError(absl::OkStatus()).has_value());
  EXPECT_FALSE(GetDatabaseError(absl::InternalError("x")).has_value());
}

// Somebody else's payload under our name.
TEST(DatabaseErrorTest, AForeignPayloadIsNone) {
  for (const char* payload :
       {"", "1", "1:", "2:1", "1:x0:0:", "2:990:0:0:", "2:-10:0:0:", "1:00:0:",
        "1:00:0:0:9:x", "99999999999999999999:0"}) {
    absl::Status status = absl::InternalError("x");
    status.SetPayload("modelservice.DatabaseError", absl::Cord(payload));
    EXPECT_FALSE(GetDatabaseError(status).has_value()) << payload;
  }
}

}  // namespace
}  // namespace modelservice
