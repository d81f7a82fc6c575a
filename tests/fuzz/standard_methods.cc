#include "standard_methods.h"

#include <google/protobuf/util/field_comparator.h>
#include <google/protobuf/util/message_differencer.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "book.modelservice.pb.h"
#include "legacy.modelservice.pb.h"
#include "library.modelservice.pb.h"
#include "modelservice/base/compat.h"
#include "types.modelservice.pb.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;
using pb::FieldDescriptor;

constexpr const char* kServices[] = {
    "integration.Things", "integration.Library", "integration.Authors",
    "integration.Copies", "integration.Records"};

void CopyField(const pb::Message& from, const FieldDescriptor* source,
               pb::Message* to, const FieldDescriptor* target) {
  const pb::Reflection& reads = *from.GetReflection();
  const pb::Reflection& writes = *to->GetReflection();
  switch (source->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return writes.SetInt32(to, target, reads.GetInt32(from, source));
    case FieldDescriptor::CPPTYPE_INT64:
      return writes.SetInt64(to, target, reads.GetInt64(from, source));
    case FieldDescriptor::CPPTYPE_UINT64:
      return writes.SetUInt64(to, target, reads.GetUInt64(from, source));
    case FieldDescriptor::CPPTYPE_STRING:
      return writes.SetString(to, target, reads.GetString(from, source));
    default:
      std::abort();  // no key is of such a type
  }
}

}  // namespace

const char kDeleteRows[] =
    "DELETE FROM copy; DELETE FROM book; DELETE FROM author;"
    "DELETE FROM everything; DELETE FROM legacy_record;";

void RegisterServices(Registry& registry) {
  integration::RegisterTypes(registry);
  integration::RegisterBook(registry);
  integration::RegisterLibrary(registry);
  integration::RegisterLegacy(registry);
}

const std::vector<const pb::MethodDescriptor*>& StandardMethods() {
  static const auto& methods = *[] {
    auto* const all = new std::vector<const pb::MethodDescriptor*>();
    for (const char* const name : kServices) {
      const pb::ServiceDescriptor* const service =
          pb::DescriptorPool::generated_pool()->FindServiceByName(name);
      for (int i = 0; i < service->method_count(); ++i) {
        all->push_back(service->method(i));
      }
    }
    return all;
  }();
  return methods;
}

std::string PathOf(const pb::MethodDescriptor& method) {
  return absl::StrCat("/", compat::Str(method.service()->full_name()), "/",
                      compat::Str(method.name()));
}

std::unique_ptr<pb::Message> NewMessage(const pb::Descriptor* type) {
  return std::unique_ptr<pb::Message>(
      pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

const pb::MethodDescriptor& Sibling(const pb::MethodDescriptor& method,
                                    const char* django, const char* google) {
  const pb::ServiceDescriptor& service = *method.service();
  for (int i = 0; i < service.method_count(); ++i) {
    const std::string name = compat::Str(service.method(i)->name());
    if (absl::StartsWith(name, django) || absl::StartsWith(name, google)) {
      return *service.method(i);
    }
  }
  std::abort();
}

std::string KeyOf(const pb::Message& row, const pb::Descriptor* request) {
  const auto key = NewMessage(request);
  for (int i = 0; i < request->field_count(); ++i) {
    const FieldDescriptor* const target = request->field(i);
    CopyField(row, row.GetDescriptor()->FindFieldByName(target->name()),
              key.get(), target);
  }
  return key->SerializeAsString();
}

std::string TextIn(const pb::Message& message, const char* name) {
  const FieldDescriptor* const field =
      message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? ""
                          : message.GetReflection()->GetString(message, field);
}

std::string BytesWith(const pb::Descriptor* type, const char* name,
                      const std::string& text) {
  const FieldDescriptor* const field = type->FindFieldByName(name);
  if (field == nullptr) return "";
  const auto message = NewMessage(type);
  message->GetReflection()->SetString(message.get(), field, text);
  return message->SerializePartialAsString();
}

std::vector<const pb::Message*> RowsIn(const pb::Message& page,
                                       const pb::Descriptor* type) {
  std::vector<const pb::Message*> rows;
  for (int i = 0; i < page.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = page.GetDescriptor()->field(i);
    if (!field->is_repeated() || field->message_type() != type) continue;
    for (int j = 0; j < page.GetReflection()->FieldSize(page, field); ++j) {
      rows.push_back(&page.GetReflection()->GetRepeatedMessage(page, field, j));
    }
  }
  return rows;
}

bool EqualRows(const pb::Message& a, const pb::Message& b) {
  pb::util::MessageDifferencer differencer;
  pb::util::DefaultFieldComparator comparator;
  comparator.set_treat_nan_as_equal(true);
  differencer.set_field_comparator(&comparator);
  return differencer.Compare(a, b);
}

}  // namespace modelservice
