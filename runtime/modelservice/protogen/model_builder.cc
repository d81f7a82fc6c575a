#include "modelservice/protogen/model_builder.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/protogen/field_mapping.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/protogen/secret_columns.h"
#include "modelservice/protogen/table_options.h"
#include "modelservice/protogen/type_mapping.h"

namespace modelservice::proto {
namespace {

constexpr char kEmpty[] = "google.protobuf.Empty";
constexpr char kMask[] = "google.protobuf.FieldMask";

// buf's linter wants a message of its own for each reply; the AIPs reply with
// the resource itself.
constexpr char kServiceLint[] =
    "buf:lint:ignore RPC_REQUEST_RESPONSE_UNIQUE\n"
    "buf:lint:ignore RPC_RESPONSE_STANDARD_NAME";
Field MakeField(absl::string_view type, absl::string_view name, int number,
                absl::string_view label = "") {
  Field field;
  field.label = std::string(label);
  field.type = std::string(type);
  field.name = std::string(name);
  field.number = number;
  return field;
}

Message MakeMessage(absl::string_view name, std::vector<Field> fields = {}) {
  Message message;
  message.name = std::string(name);
  message.fields = std::move(fields);
  return message;
}

// A view's rows are read, and never written.
bool IsReadOnly(const SelectedTable& selected) {
  return selected.table->kind == catalog::Table::Kind::kView;
}

Service DjangoService(const std::string& message, bool read_only = false) {
  Service service;
  service.name = absl::StrCat(message, "Controller");
  service.methods = {
      {"List", absl::StrCat(message, "ListRequest"), message, true},
      {"Create", message, message},
      {"Retrieve", absl::StrCat(message, "RetrieveRequest"), message},
      {"Update", message, message},
      {"Destroy", message, kEmpty},
  };
  if (read_only) service.methods = {service.methods[0], service.methods[2]};
  return service;
}

std::vector<Message> DjangoRequests(const std::string& message,
                                    std::vector<Field> key) {
  return {
      MakeMessage(absl::StrCat(message, "ListRequest")),
      MakeMessage(absl::StrCat(message, "RetrieveRequest"), std::move(key))};
}

Service AipService(const std::string& message, bool read_only = false) {
  const auto request = [&](absl::string_view verb) {
    return absl::StrCat(verb, message, "Request");
  };
  const std::string list = absl::StrCat("List", Plural(message));
  Service service;
  service.name = absl::StrCat(message, "Service");
  service.comment = kServiceLint;
  service.methods = {
      {list, absl::StrCat(list, "Request"), absl::StrCat(list, "Response")},
      {absl::StrCat("Get", message), request("Get"), message},
      {absl::StrCat("Create", message), request("Create"), message},
      {absl::StrCat("Update", message), request("Update"), message},
      {absl::StrCat("Delete", message), request("Delete"), kEmpty},
  };
  if (read_only) service.methods.resize(2);
  return service;
}

// `name`, or with "_value" behind it where C++ or a field beside it speaks
// against it.
std::string FreeBeside(std::initializer_list<const char*> beside,
                       std::string name) {
  FieldNames names;
  for (const char* const other : beside) names.Take(other);
  return IsTakenField(name) || names.Collides(name) ? name + "_value" : name;
}

std::vector<Message> AipRequests(const std::string& message,
                                 const std::vector<Field>& key) {
  const std::string snake = SnakeCase(message);
  const std::string name = FreeBeside({"update_mask"}, snake);
  const std::string rows =
      FreeBeside({"next_page_token", "total_size"}, Plural(snake));
  const std::string list = absl::StrCat("List", Plural(message));
  const Field resource = MakeField(message, name, 1);
  Field mask = MakeField(kMask, "update_mask", 2);
  mask.comment = "The fields to write; all of them when it is empty.";
  return {
      MakeMessage(absl::StrCat(list, "Request"),
                  {MakeField("int32", "page_size", 1),
                   MakeField("string", "page_token", 2)}),
      MakeMessage(absl::StrCat(list, "Response"),
                  {MakeField(message, rows, 1, "repeated"),
                   MakeField("string", "next_page_token", 2),
                   MakeField("int32", "total_size", 3)}),
      MakeMessage(absl::StrCat("Get", message, "Request"), key),
      MakeMessage(absl::StrCat("Create", message, "Request"), {resource}),
      MakeMessage(absl::StrCat("Update", message, "Request"), {resource, mask}),
      MakeMessage(absl::StrCat("Delete", message, "Request"), key),
  };
}

}  // namespace

bool RepliesNothing(const Model& model) {
  return std::any_of(
      model.service.methods.begin(), model.service.methods.end(),
      [](const Method& method) { return method.reply == kEmpty; });
}

bool HasMask(const Model& model) {
  return std::any_of(
      model.requests.begin(), model.requests.end(), [](const Message& request) {
        return std::any_of(
            request.fields.begin(), request.fields.end(),
            [](const Field& field) { return field.type == kMask; });
      });
}

std::string ImportOf(const std::string& type) {
  if (type == "google.protobuf.Timestamp") {
    return "google/protobuf/timestamp.proto";
  }
  if (type == "google.protobuf.Duration") {
    return "google/protobuf/duration.proto";
  }
  if (type == "google.protobuf.Value") return "google/protobuf/struct.proto";
  return "";
}

std::set<std::string> ImportsOf(const Model& model) {
  std::set<std::string> imports;
  for (const Field& field : model.message.fields) {
    std::string import = ImportOf(field.type);
    if (!import.empty()) imports.insert(std::move(import));
  }
  if (RepliesNothing(model)) imports.insert("google/protobuf/empty.proto");
  if (HasMask(model)) imports.insert("google/protobuf/field_mask.proto");
  return imports;
}

std::vector<std::string> TopLevelNames(const std::string& message,
                                       Style style) {
  const bool django = style == Style::kDjango;
  const Service service = django ? DjangoService(message) : AipService(message);
  std::vector<std::string> names = {message, absl::StrCat(message, "Model"),
                                    service.name,
                                    absl::StrCat(service.name, "Base")};
  for (const Message& request :
       django ? DjangoRequests(message, {}) : AipRequests(message, {})) {
    names.push_back(request.name);
  }
  return names;
}

bool AreFree(const std::vector<std::string>& names,
             const std::set<std::string>& taken) {
  return std::none_of(names.begin(), names.end(), [&](const std::string& name) {
    return taken.count(name) > 0;
  });
}

absl::StatusOr<Model> BuildDjangoModel(const catalog::Catalog& catalog,
                                       const SelectedTable& selected) {
  const catalog::Table& table = *selected.table;
  Model model;
  model.service = DjangoService(selected.message, IsReadOnly(selected));
  model.message.name = selected.message;
  int number = 0;
  for (const SelectedField& field : selected.fields) {
    ++number;
    if (field.to_many != nullptr) {
      model.message.fields.push_back(MakeField(
          DjangoType(catalog, *field.to_many->target, *field.to_many->key),
          field.name, number, "repeated"));
    } else {
      Field made = MakeField(DjangoType(catalog, table, *field.column),
                             field.name, number);
      made.column.other_types = OtherTypes(catalog, table, *field.column);
      model.message.fields.push_back(std::move(made));
    }
  }
  std::vector<Field> key;
  for (const SelectedField& field : selected.key) {
    key.push_back(MakeField(DjangoType(catalog, table, *field.column),
                            field.name, static_cast<int>(key.size()) + 1));
  }
  model.requests = DjangoRequests(selected.message, std::move(key));
  return model;
}

absl::StatusOr<Model> BuildModel(const catalog::Catalog& catalog,
                                 const std::vector<SelectedTable>& all,
                                 const SelectedTable& selected, Style style,
                                 bool annotate, EnumTypes* types,
                                 std::set<std::string>* imports) {
  const catalog::Table& table = *selected.table;
  Model model;
  model.message.name = selected.message;
  EnumScope enums(selected, style == Style::kAip, types, &model.message);
  TableOptions options(catalog, all, selected);
  std::vector<Field> key(selected.key.size());
  int number = 0;
  for (const SelectedField& field : selected.fields) {
    auto mapped = MapField(catalog, table, *field.column);
    if (!mapped.ok()) return mapped.status();
    enums.Add(*field.column, &*mapped);
    mapped->field.name = field.name;
    mapped->field.number = ++number;
    options.Describe(*field.column, &*mapped);
    if (!mapped->import.empty()) imports->insert(mapped->import);
    for (size_t i = 0; i < key.size(); ++i) {
      if (selected.key[i].column != field.column) continue;
      // The same types as django-grpc-framework's: a key has no presence.
      key[i] =
          MakeField(mapped->field.type, field.name, static_cast<int>(i) + 1);
      if (mapped->values.has_value() && key[i].type != "string" &&
          !absl::StrContains(key[i].type, ".")) {
        key[i].type = absl::StrCat(selected.message, ".", key[i].type);
      }
    }
    if (!annotate) {
      mapped->field.settings.Clear();
    } else if (IsSecretColumn(table.name, field.column->name) &&
               MarkSecret(&mapped->field)) {
      model.secrets.push_back(field.column->name);
    }
    model.message.fields.push_back(std::move(mapped->field));
  }
  for (size_t i = 0; i < key.size(); ++i) {
    if (!key[i].name.empty()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the primary key \"", selected.key[i].column->name,
                     "\" of table \"", table.FullName(),
                     "\" is left out, but by it rows are found; select "
                     "it"));
  }
  for (const ToMany& relation : selected.relations) {
    model.message.relations.push_back(Identifier(relation.name));
  }
  model.message.comment = table.comment;
  if (annotate) options.Finish(&model.message);
  if (style == Style::kDjango) {
    model.service = DjangoService(selected.message, IsReadOnly(selected));
    model.requests = DjangoRequests(selected.message, key);
  } else {
    model.service = AipService(selected.message, IsReadOnly(selected));
    model.requests = AipRequests(selected.message, key);
    // Those of List, with its reply, and of Get.
    if (IsReadOnly(selected)) model.requests.resize(3);
    if (HasMask(model)) imports->insert("google/protobuf/field_mask.proto");
  }
  if (annotate) {
    model.service.settings.set_model(selected.message);
    // A database's rows are not for everybody who finds the port.
    model.service.settings.mutable_access()->set_require("authenticated");
  }
  return model;
}

}  // namespace modelservice::proto
