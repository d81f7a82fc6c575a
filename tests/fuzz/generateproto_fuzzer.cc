// Tables as their owners made them: statements of DDL, a line that ends with
// ";" each, on SQLite. Whatever is in the catalog, generateproto writes a file
// that protoc's parser and our plugin take, and finds up to date afterwards; or
// it says why not.
#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/compiler/plugin.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/proto_builder.h"
#include "modelservice/protogen/proto_update.h"
#include "modelservice/protogen/proto_writer.h"
#include "modelservice/sqlite.h"
#include "plugin_request.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;

constexpr size_t kMostBytes = 4096;
constexpr char kName[] = "fuzz.proto";

// Says what does not hold of `text`, and ends.
void Require(bool holds, absl::string_view what, absl::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "%.*s\n%.*s\n", static_cast<int>(what.size()),
               what.data(), static_cast<int>(text.size()), text.data());
  std::abort();
}

// A statement that only defines, and so takes no time.
bool Defines(absl::string_view statement) {
  const std::string lower =
      absl::AsciiStrToLower(absl::StripAsciiWhitespace(statement));
  if (absl::StartsWith(lower, "create view")) return true;
  return (absl::StartsWith(lower, "create ") ||
          absl::StartsWith(lower, "alter ") ||
          absl::StartsWith(lower, "drop ")) &&
         !absl::StrContains(lower, "select") &&
         // The index of an expression is made by its functions.
         !absl::StrContains(lower, "blob(") &&
         !absl::StrContains(lower, "printf") &&
         !absl::StrContains(lower, "format(");
}

catalog::Catalog MadeBy(absl::string_view script) {
  const SqliteOptions options = *ParseSqliteUrl("sqlite::memory:");
  auto database = OpenSqlite(options);
  if (!database.ok()) std::abort();
  for (const absl::string_view statement : absl::StrSplit(script, ";\n")) {
    if (Defines(statement)) (void)(*database)->RunScript(statement);
  }
  (void)(*database)->RunScript(
      "INSERT INTO django_content_type (app_label, model) "
      "VALUES ('auth', 'user')");
  auto catalog = catalog::ReadCatalog(**database);
  Require(catalog.ok(),
          "The catalog cannot be read:", catalog.status().ToString());
  return *std::move(catalog);
}

// Faults that are known: names that C++ has taken, which generateproto does not
// know.
bool AreKnown(absl::string_view faults) {
  for (const absl::string_view line : absl::StrSplit(faults, '\n')) {
    if (absl::StrContains(line, ": error: ") &&
        !absl::StrContains(line, "rename it")) {
      return false;
    }
  }
  return true;
}

void RequireReadable(const std::string& text, bool annotated) {
  pb::io::ArrayInputStream input(text.data(), static_cast<int>(text.size()));
  compat::FirstError error;
  pb::io::Tokenizer tokenizer(&input, &error);
  pb::compiler::Parser parser;
  parser.RecordErrorsTo(&error);
  pb::FileDescriptorProto file;
  const bool parsed = parser.Parse(&tokenizer, &file) && error.text.empty();
  Require(parsed, "protoc does not take it: " + error.text, text);
  file.set_name(kName);
  Require(ResolveOptions(&file), "protoc does not take its options:", text);
  if (!annotated) return;
  pb::FileDescriptorSet files;
  *files.add_file() = file;
  std::string answer;
  std::string notes;
  Require(plugin::Answer(RequestFor(files, ""), &answer, &notes), answer, text);
  pb::compiler::CodeGeneratorResponse response;
  Require(response.ParseFromString(answer), "No answer", text);
  Require(!response.has_error() || AreKnown(response.error()),
          "The plugin does not take it: " + response.error(), text);
}

void RequireUpToDate(const catalog::Catalog& catalog,
                     proto::BuildOptions options, const std::string& text) {
  auto update = proto::ProtoUpdate::Read(kName, text);
  Require(update.ok(), update.status().ToString(), text);
  const absl::Status prepared = update->Prepare(catalog, &options);
  Require(prepared.ok(), prepared.ToString(), text);
  const auto built = proto::BuildFile(catalog, options);
  Require(built.ok(), built.status().ToString(), text);
  const auto updated = update->Apply(*built);
  Require(updated.ok(), updated.status().ToString(), text);
  Require(*updated == text,
          "It is not up to date with itself:", text + "\n-----\n" + *updated);
}

// Whether these tables can be written.
bool CheckTables(const catalog::Catalog& catalog, const std::string& table,
                 proto::Style style, bool annotate) {
  proto::BuildOptions options;
  options.selection.tables = {table};
  options.package = "fuzz";
  options.style = style;
  options.annotate = annotate;
  const auto built = proto::BuildFile(catalog, options);
  if (!built.ok()) {
    Require(!built.status().message().empty(), "A fault without words", table);
    return false;
  }
  const std::string text = proto::WriteFile(*built);
  RequireReadable(text, annotate);
  RequireUpToDate(catalog, options, text);
  return true;
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using modelservice::proto::Style;
  if (size > modelservice::kMostBytes) return 0;
  const auto catalog = modelservice::MadeBy(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  if (catalog.tables.empty()) return 0;
  const Style style = size % 2 == 0 ? Style::kDjango : Style::kAip;
  for (const bool annotate : {true, false}) {
    if (modelservice::CheckTables(catalog, "*", style, annotate)) continue;
    // One that cannot be written keeps the others from it.
    for (const auto& table : catalog.tables) {
      modelservice::CheckTables(catalog, table.FullName(), style, annotate);
    }
  }
  return 0;
}
