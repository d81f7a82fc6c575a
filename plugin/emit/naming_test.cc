#include "plugin/emit/naming.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "plugin/emit/name_check.h"

namespace modelservice::plugin {
namespace {

File FileNamed(const std::string& stem) {
  File file;
  file.stem = stem;
  file.name = stem + ".proto";
  file.places.element = {file.name, 1, 1};
  return file;
}

TEST(NamingTest, NamesOfFiles) {
  EXPECT_EQ(HeaderPath("shop/v1/shop.proto"), "shop/v1/shop.modelservice.pb.h");
  EXPECT_EQ(HeaderPath("old.protodevel"), "old.modelservice.pb.h");
  EXPECT_EQ(RegisterFunction(FileNamed("shop/v1/my-shop_v1")),
            "RegisterMyShopV1");
}

TEST(NamingTest, IncludeGuardsTellAllPathsApart) {
  EXPECT_EQ(IncludeGuard(FileNamed("shop/v1/1st")),
            "MODELSERVICE_INCLUDED_shop_2fv1_2f1st_2eproto");
  std::set<std::string> guards;
  const std::vector<std::string> paths = {"a/b",   "a-b",   "a_b", "a.b",
                                          "A/b",   "a/B",   "ab",  "a/_b",
                                          "a_2fb", "a\xc3", "a b", "a_/b"};
  for (const std::string& path : paths) {
    guards.insert(IncludeGuard(FileNamed(path)));
  }
  EXPECT_EQ(guards.size(), paths.size());
}

TEST(NamingTest, NamesInsideOfNamespaces) {
  File file = FileNamed("shop");
  EXPECT_EQ(NamespaceOf(file), "");
  EXPECT_EQ(Qualified(file, "Order"), "::Order");
  file.namespaces = {"shop", "v1"};
  EXPECT_EQ(NamespaceOf(file), "shop::v1");
  EXPECT_EQ(Qualified(file, "Order"), "::shop::v1::Order");
}

TEST(NamingTest, MembersKeepOutOfTheWay) {
  Model model;
  model.class_name = "Order";
  Field field;
  field.cpp_name = "email";
  EXPECT_EQ(ColumnMember(model, field), "email");
  field.cpp_name = "int64_t";
  EXPECT_EQ(ColumnMember(model, field), "int64_t_");
  field.cpp_name = "OrderModel";
  EXPECT_EQ(ColumnMember(model, field), "OrderModel_");

  Service service;
  service.name = "Orders";
  Method method;
  method.name = "List";
  EXPECT_EQ(MethodMember(service, method), "List");
  for (const char* taken : {"Scope", "Service", "database", "OverridesOf",
                            "OrdersBase", "delete"}) {
    method.name = taken;
    EXPECT_EQ(MethodMember(service, method), std::string(taken) + "_");
  }
}

TEST(NamingTest, TheOtherFormOfAMethod) {
  Service service;
  service.name = "Jobs";
  for (const char* name : {"Watch", "Run", "StartRun", "delete"}) {
    service.methods.emplace_back();
    service.methods.back().name = name;
  }
  EXPECT_EQ(StartMember(service, service.methods[0]), "StartWatch");
  // That of Run is not the method StartRun, nor that one's.
  EXPECT_EQ(StartMember(service, service.methods[1]), "StartRun_");
  EXPECT_EQ(StartMember(service, service.methods[2]), "StartStartRun");
  EXPECT_EQ(StartMember(service, service.methods[3]), "Startdelete");
}

TEST(NamingTest, UniqueNamesAreNew) {
  File file = FileNamed("shop");
  file.cpp_names = {{"kOrderTable", "Order"}};
  UniqueNames names(file);
  EXPECT_EQ(names.Make("kOrderTable"), "kOrderTable_");
  EXPECT_EQ(names.Make("kOrderTable"), "kOrderTable__");
  EXPECT_EQ(names.Make("kOrderKey"), "kOrderKey");
}

// protobuf's versions differ in whether they escape packages.
TEST(NameCheckTest, RefusesAPackageThatProtocLeavesAKeyword) {
  Schema schema;
  schema.files.push_back(std::make_unique<File>(FileNamed("a")));
  schema.files[0]->namespaces = {"shop", "class_"};
  Diagnostics escaped;
  CheckNames(schema, false, escaped);
  EXPECT_TRUE(escaped.empty());

  schema.files[0]->namespaces = {"shop", "class"};
  schema.files[0]->package_place = {"a.proto", 3, 1};
  Diagnostics diagnostics;
  CheckNames(schema, false, diagnostics);
  EXPECT_EQ(diagnostics.Text(),
            "1 error\na.proto:3:1: error: file: its package has the C++ "
            "keyword class, which protoc's own C++ does not escape; rename the "
            "package");
}

TEST(NamingTest, PositionsHaveConstantsOfTheirOwn) {
  Model model;
  model.class_name = "Outer_Row";
  model.cpp_type = "::shop::Outer_Row";
  for (const char* name : {"create_time", "createTime", "id"}) {
    Field field;
    field.name = name;
    model.columns.push_back(field);
  }
  EXPECT_EQ(ColumnConstant(model, 0), "kCreateTime");
  EXPECT_EQ(ColumnConstant(model, 1), "kCreateTime_");
  EXPECT_EQ(QualifiedColumnConstant(model, 2), "::shop::Outer_RowModel::kId");

  Service service;
  service.name = "Rows";
  for (const char* name : {"List", "list", "kGetMethod", "Get"}) {
    Method method;
    method.name = name;
    service.methods.push_back(method);
  }
  EXPECT_EQ(MethodConstant(service, 0), "kListMethod");
  EXPECT_EQ(MethodConstant(service, 1), "kListMethod_");
  EXPECT_EQ(MethodConstant(service, 3), "kGetMethod_");
}

}  // namespace
}  // namespace modelservice::plugin
