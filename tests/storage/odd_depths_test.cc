// How deep messages may nest in each other: what is deeper than it can be read
// is refused, and leaves no row.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "odd_values_fixture.h"

namespace storage {
namespace {

using integration::Call;
using integration::EqualsMessage;
using integration::IsOk;
using integration::ReadAll;
using integration::Refusal;
using ::testing::ElementsAre;

class OddDepthsTest : public OddValuesTest {};

// An Any of an Any of an Any takes few bytes for each, and protobuf follows
// them without a bound.
TEST_F(OddDepthsTest, AnyInAny) {
  Odd odd;
  for (int i = 0; i < 40; ++i) {
    google::protobuf::Any inner = odd.any();
    ASSERT_TRUE(odd.mutable_any()->PackFrom(inner));
  }
  for (int i = 0; i < 3000; ++i) {
    std::string value = odd.any().SerializeAsString();
    odd.mutable_any()->set_type_url("type.googleapis.com/google.protobuf.Any");
    odd.mutable_any()->set_value(std::move(value));
  }
  ExpectRefused(odd,
                "any: Ensure that this field nests no more than 64 "
                "messages.");
}

Tree Chain(int levels) {
  Tree tree;
  Tree* last = &tree;
  for (int i = 1; i < levels; ++i) last = last->mutable_next();
  last->set_name("last");
  return tree;
}

// As deep as may be, and one deeper.
TEST_F(OddDepthsTest, HowDeepAFieldNests) {
  constexpr char kTooDeep[] =
      ": Ensure that this field nests no more than 90 messages.";
  Odd odd;
  *odd.mutable_wire_tree() = Chain(90);
  *odd.add_wire_trees() = Chain(90);
  (*odd.mutable_wire_named())["k"] = Chain(89);
  *odd.mutable_json_tree() = Chain(64);
  ExpectKept(odd);
  Odd deep;
  *deep.mutable_wire_tree() = Chain(91);
  ExpectRefused(deep, absl::StrCat("wire_tree", kTooDeep));
  deep.Clear();
  *deep.add_wire_trees() = Chain(91);
  ExpectRefused(deep, absl::StrCat("wire_trees", kTooDeep));
  deep.Clear();
  (*deep.mutable_wire_named())["k"] = Chain(90);
  ExpectRefused(deep, absl::StrCat("wire_named", kTooDeep));
  deep.Clear();
  *deep.mutable_json_tree() = Chain(65);
  ExpectRefused(deep,
                "json_tree: Ensure that this field nests no more than 64 "
                "messages.");
}

// Readers of protobuf take a hundred levels: a row is read inside of a page, a
// chunk, and of what others make of it.
TEST_F(OddDepthsTest, TheDeepestRowIsReadInsideOfOthers) {
  Odd odd;
  *odd.mutable_wire_tree() = Chain(90);
  Odd created;
  ASSERT_THAT(Call(*odds_, &Odds::Stub::Create, odd, &created), IsOk());
  EXPECT_EQ(Rows(), 1);
  std::vector<OddsChunk> chunks;
  ASSERT_THAT(ReadAll(*odds_, &Odds::Stub::Stream, OddsFilter(), &chunks),
              IsOk());
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_THAT(chunks[0].results(0), EqualsMessage(created));
  Box outermost;
  Box* box = &outermost;
  for (int i = 0; i < 9; ++i) box = box->mutable_box();
  *box->mutable_odd() = created;
  Box read;
  EXPECT_TRUE(read.ParseFromString(outermost.SerializeAsString()));
}

// A mask's path makes messages as deep as it is.
TEST_F(OddDepthsTest, AMaskMakesNoRowThatIsTooDeep) {
  Odd created;
  ASSERT_THAT(Call(*odds_, &Odds::Stub::Create, Odd(), &created), IsOk());
  UpdateOdd update;
  *update.mutable_odd() = created;
  *update.mutable_odd()->mutable_wire_tree() = Chain(95);
  std::string path = "wire_tree";
  for (int i = 1; i < 95; ++i) path += ".next";
  update.mutable_update_mask()->add_paths(path);
  Odd reply;
  const Refusal refusal(
      Call(*odds_, &Odds::Stub::PartialUpdate, update, &reply));
  EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refusal.violations,
              ElementsAre("wire_tree: Ensure that this field nests no more "
                          "than 90 messages."));
  EXPECT_EQ(Rows(), 1);
}

}  // namespace
}  // namespace storage
