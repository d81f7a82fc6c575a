#include "plugin/schema/loader.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "plugin/testing/proto_source.h"

namespace modelservice::plugin {
namespace {

class LoaderTest : public ::testing::Test {
 protected:
  const File& LoadBody(absl::string_view body) {
    source_.Add("shop.proto", Proto3(body));
    schema_ = Load({source_.Import("shop.proto")}, diagnostics_);
    EXPECT_TRUE(diagnostics_.empty()) << diagnostics_.Text();
    return *schema_.files[0];
  }
  const Model& LoadModelBody(absl::string_view fields,
                             absl::string_view option = "") {
    return *LoadBody(absl::StrCat("message Order { option (modelservice.model)"
                                  " = {",
                                  option,
                                  "};\n"
                                  "int64 id = 1 [(modelservice.field)"
                                  ".primary_key = true];\n",
                                  fields, "}"))
                .models[0];
  }

  ProtoSource source_;
  Diagnostics diagnostics_;
  Schema schema_;
};

TEST_F(LoaderTest, ReadsNamesAsProtocsGeneratorMakesThem) {
  const File& file = LoadBody(R"(
    message Outer {
      message Inner {
        option (modelservice.model) = {};
        int64 int = 1 [(modelservice.field).primary_key = true];
      }
    })");
  EXPECT_EQ(file.stem, "shop");
  EXPECT_EQ(file.namespaces, std::vector<std::string>{"shop"});
  const Model& model = *file.models[0];
  EXPECT_EQ(model.name, "Outer.Inner");
  EXPECT_EQ(model.cpp_type, "::shop::Outer_Inner");
  EXPECT_EQ(model.columns[0].cpp_name, "int_");
  EXPECT_EQ(model.table.columns[0].name, "int");
  EXPECT_EQ(model.table.name, "inner");
}

TEST_F(LoaderTest, PresenceDecidesNull) {
  const Model& model = LoadModelBody(R"(
    string implicit = 2;
    optional string maybe = 3;
    google.protobuf.Timestamp time = 4;
    google.protobuf.Int64Value wrapper = 5;
    optional string needed = 6 [(modelservice.field).behavior = REQUIRED];
    repeated string many = 7;
  )");
  EXPECT_FALSE(model.table.columns[0].nullable);
  EXPECT_FALSE(model.table.columns[1].nullable);
  EXPECT_TRUE(model.table.columns[2].nullable);
  EXPECT_TRUE(model.table.columns[3].nullable);
  EXPECT_TRUE(model.table.columns[4].nullable);
  EXPECT_TRUE(model.columns[4].wrapper);
  EXPECT_EQ(model.columns[4].type, FieldType::kInt64);
  EXPECT_FALSE(model.table.columns[5].nullable);
  EXPECT_TRUE(model.columns[5].presence);
  EXPECT_FALSE(model.table.columns[6].nullable);
  EXPECT_EQ(model.columns[6].spec().storage, Storage::kArray);
}

TEST_F(LoaderTest, OrderingEndsWithTheKey) {
  const Model& model =
      LoadModelBody("string name = 2;", R"(ordering: "-name")");
  const std::vector<ColumnOrder>& ordering = model.table.ordering;
  ASSERT_EQ(ordering.size(), 2u);
  EXPECT_EQ(ordering[0].column, "name");
  EXPECT_TRUE(ordering[0].descending);
  EXPECT_EQ(ordering[1].column, "id");
  EXPECT_FALSE(ordering[1].descending);
}

TEST_F(LoaderTest, TransientFieldsHaveNoPosition) {
  const Model& model = LoadModelBody(R"(
    string hint = 2 [(modelservice.field).transient = true];
    string name = 3;
  )");
  EXPECT_EQ(model.FindColumn("name"), 1);
  EXPECT_EQ(model.FindColumn("hint"), -1);
  EXPECT_EQ(model.transients.size(), 1u);
}

TEST_F(LoaderTest, AOneofHasACheck) {
  const Model& model = LoadModelBody(R"(
    oneof contact { string mail = 2; string phone = 3; }
  )");
  ASSERT_EQ(model.table.checks.size(), 1u);
  EXPECT_EQ(model.table.checks[0].name, "order_contact_check");
  EXPECT_EQ(model.table.checks[0].sql,
            "CASE WHEN \"mail\" IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN \"phone\" IS NULL THEN 0 ELSE 1 END <= 1");
}

TEST_F(LoaderTest, EnumValuesAreTextAsTheColumnStoresThem) {
  const File& file = LoadBody(R"(
    enum Color { NONE = 0; RED = 7; }
    message Thing {
      option (modelservice.model) = {};
      int64 id = 1 [(modelservice.field).primary_key = true];
      optional Color number = 2
          [(modelservice.field) = { default_value: "RED" in: "RED" }];
      optional Color name = 3 [(modelservice.field) = {
        storage: NAME default_value: "RED" in: "RED" }];
    })");
  const Model& model = *file.models[0];
  EXPECT_EQ(model.columns[1].spec().default_value, "7");
  EXPECT_EQ(model.columns[1].spec().in, std::vector<std::string>{"7"});
  EXPECT_EQ(model.columns[2].spec().default_value, "RED");
  EXPECT_EQ(model.columns[2].spec().in, std::vector<std::string>{"RED"});
}

TEST_F(LoaderTest, FindsTheKindOfMethodsByName) {
  const File& file = LoadBody(R"(
    message City {
      option (modelservice.model) = {};
      int64 id = 1 [(modelservice.field).primary_key = true];
    }
    message Key { int64 id = 1; }
    message None {}
    service Cities {
      option (modelservice.service).model = "City";
      rpc ListCities(None) returns (stream City);
      rpc Get(Key) returns (City);
      rpc CreateCity(City) returns (City);
      rpc Update(City) returns (City);
      rpc Patch(City) returns (City);
      rpc DeleteCity(Key) returns (google.protobuf.Empty);
      rpc GetTown(Key) returns (City);
    })");
  const std::vector<MethodKind> kinds = {
      MethodKind::kList,   MethodKind::kRetrieve,      MethodKind::kCreate,
      MethodKind::kUpdate, MethodKind::kPartialUpdate, MethodKind::kDestroy,
      MethodKind::kCustom};
  const Service& service = file.services[0];
  ASSERT_EQ(service.methods.size(), kinds.size());
  for (size_t i = 0; i < kinds.size(); ++i) {
    EXPECT_EQ(service.methods[i].kind, kinds[i]) << service.methods[i].name;
  }
  EXPECT_TRUE(service.methods[5].empty_reply);
}

TEST_F(LoaderTest, SkipsServicesWithoutOptions) {
  EXPECT_TRUE(
      LoadBody("message M {} service S { rpc R(M) returns (M); }").empty());
}

TEST_F(LoaderTest, PlacesAreThoseOfTheSettingsWrittenApart) {
  source_.Add("shop.proto", Proto3(R"(
message Order {
  option (modelservice.model) = {};
  int64 id = 1 [(modelservice.field).primary_key = true];
  string together = 2 [(modelservice.field) = { max_length: 3 }];
  string apart = 3 [
    (modelservice.field).min_length = 1,
    (modelservice.field).max_length = 3
  ];
})"));
  schema_ = Load({source_.Import("shop.proto")}, diagnostics_);
  const Model& model = *schema_.files[0]->models[0];
  constexpr int kMax = FieldSettings::kMaxLengthFieldNumber;
  EXPECT_EQ(model.columns[1].places.Of({kMax}).line, 11);
  EXPECT_EQ(model.columns[1].places.Of({kMax}).column, 24);
  EXPECT_EQ(model.columns[2].places.Of({kMax}).line, 14);
  EXPECT_EQ(model.columns[2].places.Of({kMax}).column, 5);
  // A setting that is not written is at the element.
  EXPECT_EQ(model.columns[2].places.Of({1}).line, 12);
}

TEST_F(LoaderTest, ThePlaceOfAPackageIsItsOwn) {
  source_.Add("a.proto", "// Words.\nsyntax = \"proto3\";\n\n  package a;\n");
  schema_ = Load({source_.Import("a.proto")}, diagnostics_);
  EXPECT_EQ(schema_.files[0]->package_place.line, 4);
  EXPECT_EQ(schema_.files[0]->package_place.column, 3);
  EXPECT_EQ(schema_.files[0]->places.element.line, 2);
}

// It takes a second; when each field looks at all types around it, minutes.
TEST_F(LoaderTest, ManyModelsThatReferToEachOther) {
  constexpr int kModels = 2000;
  std::string body;
  for (int i = 0; i < kModels; ++i) {
    absl::StrAppend(&body, "message M", i,
                    " { option (modelservice.model) = {}; int64 id = 1 "
                    "[(modelservice.field).primary_key = true]; ",
                    // Else no row could be made.
                    i == 0 ? "optional " : "",
                    "int64 a = 2 "
                    "[(modelservice.field).references = { model: \"M",
                    (i + 1) % kModels, "\" }];");
    for (int j = 0; j < 20; ++j) {
      absl::StrAppend(&body, " M", (i * (7 + j) + 3 + j) % kModels, " f", j,
                      " = ", j + 3, ";");
    }
    absl::StrAppend(&body, " }\n");
  }
  const absl::Time start = absl::Now();
  EXPECT_EQ(FaultsOf(body), "");
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
}

}  // namespace
}  // namespace modelservice::plugin
