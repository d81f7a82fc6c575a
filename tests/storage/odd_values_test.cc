// Values that ProtoJSON would change, lose or not read back: each is stored
// and read as it is, or refused with its path, and leaves no row.
#include <google/protobuf/unknown_field_set.h>

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "odd_values_fixture.h"

namespace storage {
namespace {

using integration::Call;
using integration::EqualsMessage;
using integration::FromText;
using integration::IsOk;
using integration::OnPostgres;
using integration::Refusal;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kNoJson[] = "This value has no JSON form.";
constexpr char kUnknown[] = "This value has a field that is not known.";

void AddUnknown(google::protobuf::Message* message, int number) {
  message->GetReflection()->MutableUnknownFields(message)->AddVarint(number, 9);
}

// The database gives the key.
LegacyOdd Legacy(const std::string& text) {
  return FromText<LegacyOdd>("id: 0 " + text);
}

TEST_F(OddValuesTest, AnyOfAKnownType) {
  Odd odd;
  odd.mutable_any();
  ExpectKept(odd);
  ASSERT_TRUE(odd.mutable_any()->PackFrom(FromText<Tree>(
      "name: 'n' weight: -0.0 children { name: 'c' } named { key: 'k' }")));
  ExpectKept(odd);
  google::protobuf::Any inner = odd.any();
  ASSERT_TRUE(odd.mutable_any()->PackFrom(inner));
  ExpectKept(odd);
  ASSERT_TRUE(odd.mutable_any()->PackFrom(
      FromText<google::protobuf::Struct>("fields { key: 'a' value { "
                                         "number_value: 1 } }")));
  ExpectKept(odd);
}

TEST_F(OddValuesTest, AnyThatJsonCannotHold) {
  constexpr char kNoMessage[] =
      "any: This value is no message of a type that is known.";
  Odd odd;
  odd.mutable_any()->set_type_url("type.googleapis.com/no.Such");
  ExpectRefused(odd, kNoMessage);
  odd.mutable_any()->set_type_url("example.com/storage.Tree");
  ExpectRefused(odd, kNoMessage);
  odd.mutable_any()->set_type_url("x");
  ExpectRefused(odd, kNoMessage);
  odd.mutable_any()->set_type_url("");
  odd.mutable_any()->set_value("x");
  ExpectRefused(odd, kNoMessage);
  odd.mutable_any()->set_type_url("type.googleapis.com/storage.Tree");
  odd.mutable_any()->set_value("\x0f");
  ExpectRefused(odd, kNoMessage);
  // A field that Tree does not have, and one of a tree inside.
  odd.mutable_any()->set_value("\xf8\x01\x01");
  ExpectRefused(odd, absl::StrCat("any: ", kUnknown));
  odd.mutable_any()->set_value(std::string("\x0a\x03\xf8\x01\x01", 5));
  ExpectRefused(odd, absl::StrCat("any.children[0]: ", kUnknown));
  // As bytes all of them are kept.
  *odd.mutable_wire_any() = odd.any();
  odd.clear_any();
  ExpectKept(odd);
  odd.mutable_wire_any()->set_type_url("no type");
  ExpectKept(odd);
}

TEST_F(OddValuesTest, NamesThatJsonHasNot) {
  ExpectKept(FromText<Odd>("nulls: NULL_VALUE nulls: NULL_VALUE"));
  ExpectKept(FromText<Odd>("renamed { name: 'r' } json_tree { name: 'j' }"));
  ExpectKept(Legacy("names { fooBar: 1 foo_bar: 2 }"));
  ExpectKept(Legacy("names { foo_bar: 2 }"));
  ExpectKept(Legacy("names { fooBar: 1 nameless: 3 }"));
  ExpectKept(Legacy("foo_bar: 1 foo_bar: 2 fooBar: 3"));
  ExpectKept(Legacy("foo_bar: 1"));
  ExpectKept(Legacy("fooBar: 1"));
  Odd odd;
  odd.add_nulls(static_cast<google::protobuf::NullValue>(5));
  ExpectRefused(odd, absl::StrCat("nulls[0]: ", kNoJson));
}

// As 0, for null is read there by some versions of protobuf alone.
TEST_F(OddValuesTest, NullsInMaps) {
  ExpectKept(FromText<Odd>(
      "numbered_nulls { key: 5 value: NULL_VALUE } json_tree { "
      "nulls { key: 'a' value: NULL_VALUE } next { nulls { key: '' } } }"));
  EXPECT_EQ(integration::QuerySql(server().database_url(),
                                  "SELECT numbered_nulls FROM odd "
                                  "ORDER BY id LIMIT 1"),
            integration::Sql("{\"5\":0}", "{\"5\": 0}"));
  Odd odd =
      FromText<Odd>("any { type_url: 'type.googleapis.com/storage.Tree' }");
  odd.mutable_any()->set_value(
      FromText<Tree>("nulls { key: 'a' value: NULL_VALUE }")
          .SerializeAsString());
  ExpectKept(odd);
  (*odd.mutable_numbered_nulls())[7] =
      static_cast<google::protobuf::NullValue>(5);
  ExpectRefused(odd, absl::StrCat("numbered_nulls[7]: ", kNoJson));
}

// What was written before, by the names that JSON has for both.
TEST_F(OddValuesTest, OldRowsAreReadAsBefore) {
  integration::RunSql(server().database_url(),
                      "INSERT INTO legacy_odd (names, words, texts, foo_bar, "
                      "\"fooBar\") VALUES ('{\"fooBar\":7}', " +
                          integration::Sql("'[]', '{}', '[]', '[]')",
                                           "'{}', '{}', '{}', '{}')"));
  LegacyOddKey key;
  key.set_id(1);
  LegacyOdd read;
  ASSERT_THAT(Call(*legacy_, &LegacyOdds::Stub::Retrieve, key, &read), IsOk());
  EXPECT_EQ(read.names().foobar() + read.names().foo_bar(), 7);
}

TEST_F(OddValuesTest, PathsOfFieldMasks) {
  ExpectKept(
      FromText<Odd>("masks { paths: 'a' paths: 'foo_bar.b_c' } masks {} "
                    "masks { paths: '*' }"));
  for (const char* path : {"foo_Bar", "foo__bar", "fooBar", "", "a,b", "x_",
                           "_", "x_1", "a(b)", "a\"b", "a\\b", "a\x11"}) {
    SCOPED_TRACE(path);
    Odd odd;
    odd.add_masks()->add_paths("good");
    odd.mutable_masks(0)->add_paths(path);
    Odd reply;
    const Refusal refusal(Call(*odds_, &Odds::Stub::Create, odd, &reply));
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(refusal.violations,
                ElementsAre(HasSubstr("masks[0]: JSON has no path")));
  }
  EXPECT_EQ(Rows(), 3 - 1);
}

TEST_F(OddValuesTest, TextsThatAreNoUtf8) {
  ExpectRefused(Legacy("words: 'a' words: '\\377a'"),
                "words[1]: Not a valid string.");
  ExpectRefused(Legacy("texts { key: 'k' value: '\\377' }"),
                "texts[\"k\"]: Not a valid string.");
  ExpectRefused(Legacy("texts { key: '\\377' value: 'v' }"),
                "texts[\"\\xff\"].key: Not a valid string.");
  ExpectRefused(Legacy("names { text: '\\300\\200' }"),
                "names.text: Not a valid string.");
}

TEST_F(OddValuesTest, NumbersOfEnums) {
  LegacyOdd odd = Legacy("");
  AddUnknown(odd.mutable_names(), 5);  // as a parser does with a Level of 9
  ExpectRefused(odd, absl::StrCat("names: ", kUnknown));
  ExpectKept(FromText<Odd>("wire_shades: [DARK, 0, LIGHT]"));
  ExpectRefused(FromText<Odd>("wire_shades: [0, 7]"),
                "wire_shades[1]: \"7\" is not a valid choice.");
}

TEST_F(OddValuesTest, DurationsAndFieldsInside) {
  ExpectKept(
      FromText<Odd>("spans { key: 'a' value { seconds: -1 nanos: -5 } } "
                    "spans { key: '' value { nanos: 999999999 } }"));
  ExpectRefused(
      FromText<Odd>("spans { key: 'a\"' value { seconds: 1 nanos: -5 } }"),
      "spans[\"a\\\"\"]: Duration has wrong range.");
  Odd odd = FromText<Odd>(
      "trees {} trees { named { key: 'k' value { next {} } "
      "} }");
  AddUnknown((*odd.mutable_trees(1)->mutable_named())["k"].mutable_next(), 99);
  ExpectRefused(odd, absl::StrCat("trees[1].named[\"k\"].next: ", kUnknown));
  odd.Clear();
  AddUnknown(&(*odd.mutable_numbered())[-3], 99);
  ExpectRefused(odd, absl::StrCat("numbered[-3]: ", kUnknown));
  // As wire format it stays.
  odd.Clear();
  AddUnknown(odd.mutable_wire_tree(), 99);
  ExpectKept(odd);
}

TEST_F(OddValuesTest, NegativeZeros) {
  Odd odd = FromText<Odd>(
      "reals: -0.0 reals: 0 reals: -1e-300 json_tree { weight: -0.0 "
      "name: '-0' children { weight: -0.0 } named { key: ':-0,' value { "
      "weight: -0.0 } } }");
  ExpectKept(odd);
  Odd created;
  ASSERT_THAT(Call(*odds_, &Odds::Stub::Create, odd, &created), IsOk());
  OddKey key;
  key.set_id(created.id());
  Odd read;
  ASSERT_THAT(Call(*odds_, &Odds::Stub::Retrieve, key, &read), IsOk());
  EXPECT_TRUE(std::signbit(read.reals(0)));
  EXPECT_FALSE(std::signbit(read.reals(1)));
  EXPECT_TRUE(std::signbit(read.json_tree().weight()));
  EXPECT_EQ(read.json_tree().name(), "-0");
  ExpectRefused(FromText<Odd>("value { number_value: -0.0 }"),
                absl::StrCat("value: ", kNoJson));
  ExpectRefused(FromText<Odd>("value { list_value { values {} } }"),
                absl::StrCat("value.list_value.values[0]: ", kNoJson));
}

// A row whose reply cannot be made is not there: the database's own code makes
// of the value what the server cannot read.
TEST_F(OddValuesTest, WithoutAReplyThereIsNoRow) {
  if (!OnPostgres()) GTEST_SKIP() << "RETURNING is before triggers on SQLite";
  integration::RunSql(
      server().database_url(),
      "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN NEW.json_tree = "
      "'{\"no\": 1}'; RETURN NEW; END $$ LANGUAGE plpgsql");
  integration::RunSql(server().database_url(),
                      "CREATE TRIGGER spoil BEFORE UPDATE ON odd FOR EACH "
                      "ROW EXECUTE FUNCTION spoil()");
  Odd created;
  ASSERT_THAT(Call(*odds_, &Odds::Stub::Create, Odd(), &created), IsOk());
  UpdateOdd update;
  *update.mutable_odd() = created;
  update.mutable_odd()->add_reals(1);
  update.mutable_update_mask()->add_paths("reals");
  Odd reply;
  EXPECT_EQ(
      Call(*odds_, &Odds::Stub::PartialUpdate, update, &reply).error_code(),
      grpc::StatusCode::INTERNAL);
  EXPECT_EQ(Rows(), 1);
}

}  // namespace
}  // namespace storage
