// A program whose models change, and its commands about migrations.
#ifndef MODELSERVICE_MANAGE_MIGRATE_COMMAND_TEST_SUPPORT_H_
#define MODELSERVICE_MANAGE_MIGRATE_COMMAND_TEST_SUPPORT_H_

#include <fcntl.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "modelservice/main.h"
#include "modelservice/manage/databases.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {

inline constexpr char kFile[] = R"pb(
  name: "shop.proto"
  package: "shop"
  message_type {
    name: "Customer"
    field { name: "id" number: 1 type: TYPE_INT64 label: LABEL_OPTIONAL }
    field {
      name: "mobile"
      number: 9
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [modelservice.field] { renamed_from: "phone" }
      }
    }
  }
  message_type {
    name: "Client"
    options {
      [modelservice.model] { renamed_from: "Customer" }
    }
  }
)pb";

inline const google::protobuf::Message& PrototypeOf(const char* name) {
  static const auto* const pool = [] {
    auto* made = new google::protobuf::DescriptorPool(
        google::protobuf::DescriptorPool::generated_pool());
    google::protobuf::FileDescriptorProto file;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kFile, &file));
    EXPECT_NE(made->BuildFile(file), nullptr);
    return made;
  }();
  static auto* const factory = new google::protobuf::DynamicMessageFactory;
  return *factory->GetPrototype(pool->FindMessageTypeByName(name));
}
inline const google::protobuf::Message& Customer() {
  return PrototypeOf("shop.Customer");
}
inline const google::protobuf::Message& Client() {
  return PrototypeOf("shop.Client");
}

inline ColumnSpec Text(const char* name, int number) {
  ColumnSpec column;
  column.name = name;
  column.nullable = false;
  column.field.emplace().name = name;
  column.field->number = number;
  column.field->type = FieldType::kString;
  return column;
}

inline TableSpec Customers() {
  TableSpec table;
  table.name = "customer";
  table.message = "Customer";
  ColumnSpec key = Text("id", 1);
  key.field->type = FieldType::kInt64;
  key.generated = ColumnSpec::Generated::kKey;
  table.columns = {key, Text("email", 2)};
  table.primary_key = {"id"};
  table.indexes = {UniqueConstraint("email")};
  return table;
}
inline TableSpec WithPhone() {
  TableSpec table = Customers();
  table.columns.push_back(Text("phone", 3));
  IndexSpec index;
  index.name = "customer_phone_idx";
  index.parts = {{"phone", false}};
  table.indexes.push_back(index);
  return table;
}

class MigrateCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_.path());
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  void Use(TableSpec spec,
           const google::protobuf::Message& (*prototype)() = &Customer) {
    table_ = std::make_unique<OwnedTable>(std::move(spec));
    model_ =
        std::make_unique<Model>(Model{&table_->table(), prototype, nullptr});
  }

  // The exit code; what was printed is in out_ and error_, or went to
  // terminal_.
  int Run(absl::string_view line) {
    std::vector<std::string> arguments = absl::StrSplit(line, ' ');
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int standard_error = terminal_ < 0 ? -1 : dup(STDERR_FILENO);
    if (terminal_ >= 0) dup2(terminal_, STDERR_FILENO);
    const int code = Main(static_cast<int>(argv.size()), argv.data(),
                          [&](Registry& registry) {
                            registry.AddModel(*model_);
                            if (code_ != nullptr) {
                              registry.AddMigration("0003_fill", code_);
                            }
                          });
    if (terminal_ >= 0) {
      dup2(standard_error, STDERR_FILENO);
      close(standard_error);
    }
    out_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return code;
  }
  // The same at a terminal: what a person sees there.
  std::string RunAtTerminal(absl::string_view line, int* code) {
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT_GE(terminal, 0);
    EXPECT_EQ(grantpt(terminal), 0);
    EXPECT_EQ(unlockpt(terminal), 0);
    terminal_ = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    EXPECT_GE(terminal_, 0);
    std::string shown;
    std::thread reader([&] {
      char some[4096];
      // Ends when nobody has the other end.
      for (ssize_t size; (size = read(terminal, some, sizeof some)) > 0;) {
        shown.append(some, static_cast<size_t>(size));
      }
    });
    *code = Run(line);
    close(terminal_);
    terminal_ = -1;
    reader.join();
    close(terminal);
    return shown;
  }
  void Write(const std::string& file, const std::string& text) {
    std::ofstream(file) << text;
  }

  const TemporaryFolder folder_;
  std::filesystem::path before_;
  std::unique_ptr<OwnedTable> table_;
  std::unique_ptr<Model> model_;
  MigrationFunction code_;
  std::string out_;
  std::string error_;
  int terminal_ = -1;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_MIGRATE_COMMAND_TEST_SUPPORT_H_
