#include "modelservice/orm/json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/type.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/mutex.h"
#include "modelservice/orm/json_shape.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::DescriptorPool;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Type;
using ::google::protobuf::util::TypeResolver;

constexpr absl::string_view kTypeUrls = "type.googleapis.com/";
// The one field's name, whatever it is in the .proto.
constexpr absl::string_view kBegin = "{\"v\":";

// google::protobuf::util::Status, or absl's, by version.
using Status =
    decltype(std::declval<TypeResolver&>().ResolveMessageType("", nullptr));

// To whoever writes JSON, a map's google.protobuf.NullValue is an int32: on the
// wire both are the same.
class WrittenTypes final : public TypeResolver {
 public:
  explicit WrittenTypes(const DescriptorPool* pool)
      : pool_(*pool),
        types_(google::protobuf::util::NewTypeResolverForDescriptorPool(
            "type.googleapis.com", pool)) {}

  Status ResolveMessageType(const std::string& url, Type* type) override {
    auto status = types_->ResolveMessageType(url, type);
    if (!status.ok()) return status;
    const Descriptor* const message = pool_.FindMessageTypeByName(type->name());
    if (message == nullptr || !message->options().map_entry() ||
        !IsNullValue(*message->FindFieldByNumber(2))) {
      return status;
    }
    for (google::protobuf::Field& field : *type->mutable_fields()) {
      if (field.number() != 2) continue;
      field.set_kind(google::protobuf::Field::TYPE_INT32);
      field.clear_type_url();
    }
    return status;
  }

  Status ResolveEnumType(const std::string& url,
                         google::protobuf::Enum* type) override {
    return types_->ResolveEnumType(url, type);
  }

 private:
  const DescriptorPool& pool_;
  const std::unique_ptr<TypeResolver> types_;
};

// The types of messages as JSON sees them: of a type with a number behind it
// there is nothing but the field with that number. protobuf asks for them with
// each value, so those that were made are kept; there are no more than the
// program has types and columns.
class FieldTypes final : public TypeResolver {
 public:
  // `generated` has the types of the generated pool.
  explicit FieldTypes(std::unique_ptr<TypeResolver> generated)
      : generated_(std::move(generated)) {}

  Status ResolveMessageType(const std::string& url, Type* type) override {
    if (const Type* const kept = types_.Find(url); kept != nullptr) {
      type->CopyFrom(*kept);
      return Status();
    }
    const size_t mark = url.rfind('#');
    auto status = generated_->ResolveMessageType(url.substr(0, mark), type);
    if (!status.ok()) return status;
    int number = 0;
    if (mark != std::string::npos &&
        absl::SimpleAtoi(absl::string_view(url).substr(mark + 1), &number)) {
      KeepOne(number, type);
    } else {
      NameApart(type);
    }
    types_.Keep(url, *type);
    return status;
  }

  Status ResolveEnumType(const std::string& url,
                         google::protobuf::Enum* type) override {
    if (const auto* const kept = enums_.Find(url); kept != nullptr) {
      type->CopyFrom(*kept);
      return Status();
    }
    auto status = generated_->ResolveEnumType(url, type);
    if (status.ok()) enums_.Keep(url, *type);
    return status;
  }

 private:
  template <class Made>
  class Kept {
   public:
    // Null when there is none; never forgotten.
    const Made* Find(const std::string& url) {
      const MutexLock lock(mutex_);
      const auto found = made_.find(url);
      return found == made_.end() ? nullptr : found->second.get();
    }
    void Keep(const std::string& url, const Made& made) {
      const MutexLock lock(mutex_);
      made_.try_emplace(url, std::make_unique<Made>(made));
    }

   private:
    Mutex mutex_;
    absl::flat_hash_map<std::string, std::unique_ptr<const Made>> made_
        ABSL_GUARDED_BY(mutex_);
  };

  static void KeepOne(int number, Type* type) {
    google::protobuf::Field kept;
    for (google::protobuf::Field& field : *type->mutable_fields()) {
      if (field.number() == number) kept.Swap(&field);
    }
    type->clear_fields();
    type->clear_oneofs();
    kept.set_oneof_index(0);
    kept.set_name("v");
    kept.set_json_name("v");
    type->add_fields()->Swap(&kept);
  }

  // In proto2 fields may have the same name in JSON, which the first of them
  // keeps; a name may be empty, too. A field's own name, by which it is read as
  // well, gives way to one in JSON.
  static void NameApart(Type* type) {
    absl::flat_hash_set<std::string> names;
    for (google::protobuf::Field& field : *type->mutable_fields()) {
      if (field.json_name().empty() ||
          !names.insert(field.json_name()).second) {
        field.set_json_name(absl::StrCat("#", field.number()));
      }
    }
    for (google::protobuf::Field& field : *type->mutable_fields()) {
      if (names.contains(field.name())) field.set_name(field.json_name());
    }
  }

  const std::unique_ptr<TypeResolver> generated_;
  Kept<Type> types_;
  Kept<google::protobuf::Enum> enums_;
};

TypeResolver* TypesRead() {
  static auto* const types = new FieldTypes(std::unique_ptr<TypeResolver>(
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          "type.googleapis.com", DescriptorPool::generated_pool())));
  return types;
}

TypeResolver* TypesWritten() {
  static auto* const types =
      new FieldTypes(TypesToWrite(DescriptorPool::generated_pool()));
  return types;
}

std::string UrlOf(const FieldDescriptor& field) {
  return absl::StrCat(kTypeUrls,
                      compat::Str(field.containing_type()->full_name()), "#",
                      field.number());
}

}  // namespace

std::unique_ptr<TypeResolver> TypesToWrite(const DescriptorPool* pool) {
  return std::make_unique<WrittenTypes>(pool);
}

bool WriteJson(const std::string& bytes, const FieldDescriptor& field,
               std::string* json) {
  json->clear();
  if (!google::protobuf::util::BinaryToJsonString(TypesWritten(), UrlOf(field),
                                                  bytes, json)
           .ok() ||
      json->size() <= kBegin.size()) {
    return false;
  }
  json->pop_back();
  json->erase(0, kBegin.size());
  return true;
}

bool ReadJson(absl::string_view json, const FieldDescriptor& field,
              Message* alone) {
  std::string bytes;
  return google::protobuf::util::JsonToBinaryString(
             TypesRead(), UrlOf(field), absl::StrCat(kBegin, json, "}"), &bytes)
             .ok() &&
         alone->ParsePartialFromString(bytes);
}

void QuoteNegativeZeros(std::string* json) {
  std::string quoted;
  bool in_string = false;
  for (size_t i = 0; i < json->size(); ++i) {
    const char c = (*json)[i];
    if (in_string && c == '\\') quoted.push_back((*json)[i++]);
    if (c == '"') in_string = !in_string;
    // Not the sign of an exponent.
    const bool begins = i == 0 || (*json)[i - 1] != 'e';
    if (!in_string && c == '-' && begins) {
      size_t end = json->find_first_of(",]}", i);
      if (end == std::string::npos) end = json->size();
      const absl::string_view number(json->data() + i, end - i);
      double real = 1;
      if (absl::SimpleAtod(number, &real) && real == 0) {
        absl::StrAppend(&quoted, "\"", number, "\"");
        i = end - 1;
        continue;
      }
    }
    quoted.push_back((*json)[i]);
  }
  *json = std::move(quoted);
}

}  // namespace modelservice
