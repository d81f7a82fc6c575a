// The generated code of some golden cases at work.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "acme/options.pb.h"
#include "crm.modelservice.pb.h"
#include "guards.modelservice.pb.h"
#include "legacy.modelservice.pb.h"
#include "modelservice/guard/permissions.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/dialect.h"
#include "protoc_options.modelservice.pb.h"
#include "settings.modelservice.pb.h"
#include "types.modelservice.pb.h"
#include "vendor.modelservice.pb.h"

namespace modelservice {
namespace {

// What protoc wrote with emit=sql, without the line that names the file.
std::string SqlOf(const std::string& path) {
  std::ifstream file(absl::StrCat(GOLDEN_CASES, "/", path));
  EXPECT_TRUE(file.is_open()) << path;
  std::string banner;
  std::getline(file, banner);
  std::ostringstream rest;
  rest << file.rdbuf();
  return rest.str();
}

std::string DdlOf(const std::vector<const Model*>& models,
                  const Dialect& dialect) {
  std::vector<const Table*> tables;
  for (const Model* model : models) tables.push_back(model->table);
  return absl::StrCat("\n", CreateTablesSql(tables, dialect));
}

// The plugin describes a table twice: to itself for the SQL, and in C++.
TEST(GeneratedTest, TablesAreThoseOfTheSqlFiles) {
  const Dialect& sqlite = SqliteDialect();
  EXPECT_EQ(DdlOf({&types::EverythingModel::Model()}, sqlite),
            SqlOf("types/types.sql"));
  EXPECT_EQ(DdlOf({&legacy::RecordModel::Model()}, sqlite),
            SqlOf("proto2/legacy.sql"));
  EXPECT_EQ(DdlOf({&settings::CategoryModel::Model(),
                   &settings::OrderLineModel::Model()},
                  sqlite),
            SqlOf("settings/settings.sql"));
  EXPECT_EQ(DdlOf({&crm::TeamModel::Model(), &crm::PersonModel::Model()},
                  PostgresDialect()),
            SqlOf("postgres/crm.sql"));
}

TEST(GeneratedTest, AbsentFieldsAreNullWhenTheyHavePresence) {
  for (const Model* model :
       {&types::EverythingModel::Model(), &legacy::RecordModel::Model(),
        &settings::OrderLineModel::Model()}) {
    TextArena arena;
    for (size_t i = 0; i < model->table->columns.size(); ++i) {
      const Column& column = model->table->columns[i];
      const Value value =
          model->get(model->prototype(), static_cast<int>(i), arena);
      EXPECT_EQ(value.is_null(),
                column.presence || (column.nullable && !column.required))
          << column.field;
    }
  }
}

TEST(GeneratedTest, MethodsHaveTheGuardsOfTheirOptions) {
  const Guard* const create =
      guards::NotesBase::Service().methods[1].guard;
  ASSERT_NE(create, nullptr);
  EXPECT_EQ(create->require, "authenticated");
  EXPECT_FALSE(create->has_interceptors);
  EXPECT_EQ(create->timeout, absl::InfiniteDuration());
  ASSERT_EQ(create->limits.size(), 2u);
  EXPECT_EQ(create->limits[0].name, "guards.Notes.Create");
  EXPECT_EQ(create->limits[1].name, "burst");
  EXPECT_EQ(create->limits[1].group, "guards.Notes.Create");

  const Guard* const greet =
      guards::GreeterBase::Service().methods[0].guard;
  ASSERT_NE(greet, nullptr);
  EXPECT_EQ(greet->timeout, absl::Microseconds(1500));
  ASSERT_EQ(greet->limits.size(), 1u);
  const RateLimit& limit = greet->limits[0];
  EXPECT_EQ(limit.group, "greet\"ings");
  EXPECT_EQ(limit.max_calls, 10);
  EXPECT_EQ(limit.period, absl::Milliseconds(1500));
  EXPECT_EQ(limit.algorithm, LimitAlgorithm::kTokenBucket);
  EXPECT_EQ(limit.burst, 3);
  EXPECT_EQ(limit.keys.size(), 4u);
  EXPECT_EQ(limit.keys[2], "request:from.name");
  EXPECT_EQ(limit.cost, "from.weight");
  EXPECT_TRUE(limit.shadow);
  EXPECT_EQ(limit.on_store_failure, OnStoreFailure::kDeny);

  const Guard* const compress =
      guards::ArchiveBase::Service().methods[1].guard;
  ASSERT_NE(compress, nullptr);
  EXPECT_TRUE(compress->has_interceptors);
  EXPECT_EQ(compress->interceptors.size(), 2u);
  EXPECT_EQ(compress->interceptors[0], "log");
}

// The server reads every expression that the plugin let pass.
TEST(GeneratedTest, PermissionsAreMadeOfTheExpressions) {
  class Archivists : public Permission {
   public:
    bool Allows(const CallContext&) override { return true; }
  };
  PermissionNames names;
  names.Add<Archivists>("is_archivist");
  for (const Service* service : {&guards::NotesBase::Service(),
                                 &guards::ArchiveBase::Service()}) {
    for (const Method& method : service->methods) {
      const auto permissions =
          MakePermissions(method, &service->model(), names);
      ASSERT_TRUE(permissions.ok()) << permissions.status();
      EXPECT_NE(*permissions, nullptr) << method.path;
    }
  }
  const Service& plain = guards::PlainBase::Service();
  EXPECT_EQ(*MakePermissions(plain.methods[0], nullptr, names), nullptr);
}

TEST(GeneratedTest, ColumnsTakeTheValuesOfTheirOwnFields) {
  types::Everything message;
  message.set_id(7);
  message.set_a_uint64(8);
  message.set_maybe_string("s");
  message.set_a_size(types::Everything::SMALL);
  message.set_a_number(types::GREEN);
  message.mutable_int32_value()->set_value(-9);
  message.mutable_a_duration()->set_seconds(2);
  message.add_words("w");
  message.set_phone(5);
  const Model& model = types::EverythingModel::Model();
  TextArena arena;
  const auto get = [&](auto column) {
    return model.get(message, column.column(), arena);
  };
  using M = types::EverythingModel;
  EXPECT_EQ(get(M::id).integer(), 7);
  EXPECT_EQ(get(M::a_uint64).integer(), 8);
  EXPECT_EQ(get(M::maybe_string).text(), "s");
  EXPECT_EQ(get(M::a_size).text(), "SMALL");
  EXPECT_EQ(get(M::a_number).integer(), 2);
  EXPECT_EQ(get(M::int32_value).integer(), -9);
  EXPECT_EQ(get(M::a_duration).integer(), 2000000);
  EXPECT_EQ(get(M::words).text(), "[\"w\"]");
  EXPECT_EQ(get(M::phone).integer(), 5);
  EXPECT_TRUE(get(M::email).is_null());
}

// Fields with a ctype have no accessor to read them by.
TEST(GeneratedTest, ColumnsTakeTheValuesOfHiddenFields) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  using M = protoc_options::OldModel;
  M::Message message;
#pragma GCC diagnostic pop
  const Model& model = M::Model();
  TextArena arena;
  const auto get = [&](auto column) {
    return model.get(message, column.column(), arena);
  };
  EXPECT_TRUE(get(M::view).is_null());
  EXPECT_TRUE(get(M::blob).is_null());
  ASSERT_TRUE(message.ParsePartialFromString(
      "\x0a\x01k\x12\x01v\x1a\x01\xff\x32\x01\x01"));
  EXPECT_EQ(get(M::cord).text(), "k");
  EXPECT_EQ(get(M::view).text(), "v");
  EXPECT_EQ(get(M::data).text(), "\xff");
  EXPECT_EQ(get(M::data).kind(), Value::Kind::kBlob);
  EXPECT_EQ(get(M::blob).text(), "\x01");
  EXPECT_TRUE(get(M::uuid).is_null());
}

// What others wrote into our options is where every option is.
TEST(GeneratedTest, OptionsOfOthersAreReadAtRunTime) {
  const auto& message = *vendor::Customer::descriptor();
  EXPECT_EQ(message.file()->options().GetExtension(file).GetExtension(
                acme::team),
            "billing");
  const ModelSettings& settings = message.options().GetExtension(model);
  EXPECT_EQ(settings.GetExtension(acme::entity).label(), "Customer");
  EXPECT_EQ(settings.GetExtension(acme::entity).tag(1), "b");
  EXPECT_EQ(settings.index(0).GetExtension(acme::why), "search");
  EXPECT_EQ(settings.check(0).GetExtension(acme::since), 3);
  EXPECT_EQ(settings.access().GetExtension(acme::ticket), "A-1");

  const auto field_of = [](const google::protobuf::Descriptor* descriptor,
                           int position) -> const FieldSettings& {
    return descriptor->field(position)->options().GetExtension(field);
  };
  EXPECT_EQ(field_of(&message, 0).GetExtension(acme::label), "No.");
  EXPECT_EQ(field_of(&message, 1).GetExtension(acme::label), "E-mail");
  EXPECT_EQ(field_of(&message, 1).GetExtension(acme::level, 1), -2);
  EXPECT_EQ(field_of(&message, 2).references().GetExtension(acme::kind),
            acme::TREE);
  EXPECT_EQ(field_of(vendor::CustomerKey::descriptor(), 0)
                .GetExtension(acme::label),
            "No.");

  const auto& served = *message.file()->service(0);
  const ServiceSettings& of_service = served.options().GetExtension(service);
  EXPECT_EQ(of_service.GetExtension(acme::owner), "sales");
  EXPECT_EQ(of_service.rate_limit(0).GetExtension(acme::plan), "free");
  EXPECT_TRUE(served.method(0)->options().GetExtension(method).GetExtension(
      acme::audit));
}

}  // namespace
}  // namespace modelservice
