// What the plugin knows about a .proto file: plain structs, made by the loader,
// checked by the validator, read by the emitters. No descriptor from here on.
//
// Names that end in `cpp_type` are C++ names as protoc's own C++ generator
// makes them, from the global namespace: "::shop::Outer_Inner".
#ifndef MODELSERVICE_PLUGIN_SCHEMA_SCHEMA_H_
#define MODELSERVICE_PLUGIN_SCHEMA_SCHEMA_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "modelservice/annotations.pb.h"
#include "modelservice/schema/guard.h"
#include "modelservice/schema/method_kind.h"
#include "modelservice/schema/table_spec.h"
#include "plugin/diagnostics.h"

namespace modelservice::plugin {

// Where an element and the settings of its option were written.
struct Places {
  Place element;
  // By path inside the option, like {index, 0}; {} is the option itself. protoc
  // tells apart only settings that are written apart, so a setting inside of
  // braces is found at the option.
  std::map<std::vector<int>, Place> settings;

  // The place of a setting, or of the nearest thing around it.
  const Place& Of(std::vector<int> path = {}) const;
};

// What a field of any message is, before its settings.
struct MessageField {
  std::string name;
  std::string cpp_name;  // of the accessor
  int number = 0;
  FieldType type = FieldType::kInt32;
  // As it is written: "int64", "shop.Color", "google.protobuf.Int64Value",
  // "map<string, int32>". Repeated fields have that of one element.
  std::string type_name;
  // The .proto file that declares the type, or that of a map's values; empty
  // for scalars.
  std::string type_file;
  std::string enum_cpp_type;  // of an enum
  // Of an enum: the values' names and numbers.
  std::vector<std::pair<std::string, int>> enum_values;
  bool repeated = false;  // maps too
  bool map = false;
  bool wrapper = false;         // `type` is that of the wrapped scalar
  bool presence = false;        // absent and zero differ
  bool label_required = false;  // proto2's `required`
  bool group = false;
  bool packed = false;
  // A string or bytes whose accessor protoc hides, or gives another type than
  // text: its `ctype` says so.
  bool hidden = false;
  // An enum that takes no numbers but those of its names.
  bool closed_enum = false;
  bool deprecated = false;  // the field or its type
  std::string oneof;        // the oneof around it, or empty
  // What it filters by, of a request's field; as written.
  std::optional<FilterSettings> filter;
  // Whether its elements are scalars or enums, as those of an SQL array.
  bool repeats_scalars() const {
    return repeated && !map && !wrapper && type != FieldType::kMessage &&
           type != FieldType::kTimestamp && type != FieldType::kDuration;
  }
  Place place;
  std::string comment;
};

struct Message {
  std::string name;  // "Outer.Inner", without the package
  std::string full_name;
  std::string cpp_type;
  bool deprecated = false;
  std::vector<MessageField> fields;
};

struct Model;

// A field of a model. What the table has of it is in its column.
struct Field : MessageField {
  FieldSettings settings;  // as written
  Places places;
  bool has_extensions = false;  // the message type has them, at any depth
  bool has_groups = false;      // the same

  // One of Model::table's; null for a transient field.
  const ColumnSpec* column = nullptr;
  // The model that a foreign key of the column refers to, or null.
  const Model* target = nullptr;

  // What the column says of the field; not of a transient one.
  const FieldSpec& spec() const { return *column->field; }

  // Whether an empty text means that there is no value: "" is no UUID and no
  // number, and a column that holds only such has no room for it.
  bool empty_is_null() const;
  // Whether the column holds one plain value: nothing stored as JSON or bytes
  // of the wire can be compared, ordered or indexed.
  bool comparable() const;
};

// A field without a column that is filled from other rows; the runtime's
// RelatedField.
struct Relation {
  enum class Kind {
    kOne,      // the row that this one refers to
    kBack,     // the rows that refer to this one
    kThrough,  // those that rows in between lead to
    kKeys,     // the keys of such rows
  };
  Field field;
  Kind kind = Kind::kOne;
  const Model* target = nullptr;  // null: it has a diagnostic
  const Model* through = nullptr;
  // The key (Model::key_count) that refers. kOne: this model's; kBack: the
  // target's, to this one; else: a column of the model in between, to this one.
  int key = -1;
  int to = -1;  // in the model in between, to the target
};

// A foreign key of several fields.
struct ForeignKey {
  std::string name;  // of the way
  std::string related_name;
  std::vector<int> columns;
  std::vector<int> to;  // of the target
  const Model* target = nullptr;
  Place place;
};

// A foreign key whose model's rows have a name at the model that they refer to:
// its related_name, or that of the field that they fill.
struct RelatedRows {
  std::string name;
  const Model* model = nullptr;
  int key = 0;
  const Relation* filled = nullptr;  // null: by related_name
};

// A message that is stored as rows of one table.
struct Model {
  std::string name;        // "Outer.Inner", without the package
  std::string short_name;  // "Inner"
  std::string full_name;
  std::string cpp_type;
  std::string class_name;  // the last part of cpp_type
  std::string proto_file;
  ModelSettings settings;  // as written
  Places places;
  std::string comment;
  bool deprecated = false;
  bool has_extension_ranges = false;
  std::string resource_plural;  // of google.api.resource, or empty

  // The description of its table, which generated code holds.
  TableSpec table;
  // Where its indexes and checks were written, in their order.
  std::vector<Place> index_places;
  std::vector<Place> check_places;
  // The fields that the table's columns store, in the same order: proto's.
  std::vector<Field> columns;
  std::vector<Field> transients;         // fields that are never stored
  std::vector<Relation> relations;       // those filled from other rows
  std::vector<ForeignKey> foreign_keys;  // of several fields
  // The ways back to it, from models of its own file.
  std::vector<RelatedRows> ways_back;

  Model() = default;
  // Fields point to the table's columns.
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  // The position of a field's column, or -1.
  int FindColumn(absl::string_view field) const;
  // The field that a column of the table stores.
  const Field& FieldOf(absl::string_view column) const;
  bool IsKey(const Field& field) const {
    return table.IsKey(field.column->name);
  }
  // The positions of the key's columns, in its order.
  std::vector<int> KeyPositions() const;
  // Its keys are its columns, then its foreign keys of several. The model that
  // one refers to, or null; what it is called, the field's name or the way's;
  // where it was written; the columns of it.
  int key_count() const {
    return static_cast<int>(columns.size() + foreign_keys.size());
  }
  const Model* TargetOf(int key) const;
  const std::string& NameOfKey(int key) const;
  const std::string& RelatedNameOf(int key) const;
  // In diagnostics: "Order.customer_id", or "Order: foreign_key (a, b)"; what
  // has it, "Order.customer_id" or "Order"; and what was written there,
  // "references" or "foreign_key (a, b)".
  std::string WordsOfKey(int key) const;
  std::string ElementOfKey(int key) const;
  std::string SettingOfKey(int key) const;
  const Place& PlaceOfKey(int key) const;
  std::vector<int> ColumnsOf(int key) const;
  // Whether no two rows refer to the same one by it.
  bool IsUniqueKey(int key) const;
  // Whether the column alone tells rows apart, of those of one tenant that are
  // not deleted.
  bool IsUnique(int column) const;
  // Whether rows are found by the column: the key, or an index of all of them,
  // begins with it; within one tenant, too.
  bool IsIndexed(const std::string& column) const;
  // Whether the index makes unique what `unique` of a field does already. A
  // descending one is of use beside the constraint's.
  bool IsUniqueTwice(const IndexSpec& index) const;
  // Whether a column has the role OWNER.
  bool has_owner() const { return FieldIn(Role::kOwner) != nullptr; }
  // The first field that has the role, or null.
  const Field* FieldIn(Role role) const;

 private:
  // Null for a column.
  const ForeignKey* ForeignKeyAt(int key) const;
  // Whether it has all rows that are not deleted.
  bool HasAllRows(const IndexSpec& index) const;
};

bool IsBatch(MethodKind kind);

enum class Transaction { kNone, kRead, kWrite };

enum class Isolation { kReadCommitted, kRepeatableRead, kSerializable };

// What one field of a standard method's request means; the runtime's
// RequestField.
struct RequestField {
  enum class Role {
    kResource,
    kColumn,
    kUpdateMask,
    kPartialUpdateFields,
    kPageSize,
    kPageToken,
    kFilter,
    kOrderBy,
    kSearch,
    kSkip,
    kEtag,
    kShowDeleted,
    kItems,
    kKeys,
    kValidateOnly,
    kAllowMissing,
    kRequestId,
    kReadMask,
    kGroupBy,
    kCustomFilter,
    kFilterOf,
    kView,
  };
  // A column of the model, or of one that it refers to by the steps.
  struct Path {
    struct Step {
      int column;
      const Model* model;
    };
    std::vector<Step> steps;
    int column = 0;
  };
  int number = 0;
  Role role = Role::kColumn;
  int column = -1;
  std::string lookup;  // of the runtime's Lookup, "kIn"; empty: kExact
  std::vector<Path> any_of;
};

// What one field of an Aggregate's group is; the runtime's GroupField.
struct GroupField {
  int number = 0;
  std::string role;  // of the runtime's, "kSum"
  int column = -1;
};

// A limit on how often a method may be called; the runtime's RateLimit.
struct Limit {
  std::string group;
  std::string name;  // empty: the group
  int64_t max_calls = 0;
  absl::Duration period;
  LimitAlgorithm algorithm = LimitAlgorithm::kFixedWindow;
  std::optional<int64_t> burst;
  std::vector<std::string> keys;
  std::string cost;
  bool shadow = false;
  OnStoreFailure on_store_failure = OnStoreFailure::kAllow;
};

// What stands around a method, what it inherits included; the runtime's Guard.
struct Guard {
  std::vector<Limit> limits;
  std::string require;                    // empty: anybody
  std::vector<std::string> interceptors;  // empty: the server's
  absl::Duration timeout = absl::InfiniteDuration();

  bool empty() const {
    return limits.empty() && require.empty() && interceptors.empty() &&
           timeout == absl::InfiniteDuration();
  }
};

struct Method {
  std::string name;
  MethodSettings settings;  // as written
  Places places;
  std::string comment;
  Message request;
  Message reply;
  // Of the request's and the reply's repeated messages, by the field's number.
  std::map<int, Message> request_elements;
  std::map<int, Message> reply_elements;
  bool client_streaming = false;
  bool server_streaming = false;

  MethodKind kind = MethodKind::kCustom;
  Transaction transaction = Transaction::kNone;  // of a custom method
  Isolation isolation = Isolation::kRepeatableRead;
  Guard guard;
  // Of a standard method.
  std::vector<RequestField> request_fields;
  // Of each message of a batch.
  std::vector<RequestField> item_fields;
  std::vector<GroupField> group_fields;  // of an Aggregate's reply
  bool empty_reply = false;
  // Fields of a reply that carries rows; 0 is none.
  int rows_field = 0;
  int next_page_token_field = 0;
  int total_size_field = 0;

  bool standard() const { return kind != MethodKind::kCustom; }
};

// Whether it writes nothing, so that it may run twice, and asks for the right
// to read.
bool OnlyReads(const Method& method);

struct Service {
  std::string name;
  std::string full_name;
  ServiceSettings settings;  // as written
  Places places;
  std::string comment;
  const Model* model = nullptr;  // null: every method is custom
  std::vector<Method> methods;
};

// The databases that tables are to be made in.
enum class Target { kBoth, kSqlite, kPostgres };

struct File {
  std::string name;                     // "shop/v1/shop.proto"
  std::string stem;                     // "shop/v1/shop"
  std::vector<std::string> namespaces;  // {"shop", "v1"}
  bool proto3 = false;
  FileSettings settings;  // as written
  Places places;
  Place package_place;
  // Owned, because services and other files point to them.
  std::vector<std::unique_ptr<Model>> models;
  std::vector<Service> services;
  // Every name that protoc's C++ generator puts into the namespace, and what it
  // is made for.
  std::map<std::string, std::string> cpp_names;
  // Of a file to generate: what it imports, at any depth, each file once.
  std::vector<const File*> imports;

  bool empty() const { return models.empty() && services.empty(); }
  // Whether the namespace has the name, by this file or an import.
  bool HasCppName(const std::string& name) const;
  // What an import has the name for in this file's namespace, which may be a
  // package inside of it; none: nothing has it.
  std::optional<std::string> ImportedFor(const std::string& name) const;
  // What its own settings say, else `otherwise`.
  Target TargetOr(Target otherwise) const;
};

struct Schema {
  std::vector<std::unique_ptr<File>> files;    // to generate
  std::vector<std::unique_ptr<File>> imports;  // only their models
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_SCHEMA_H_
