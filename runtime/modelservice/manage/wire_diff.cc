#include "modelservice/manage/wire_diff.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/manage/element_place.h"
#include "modelservice/manage/wire_types.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;
using compat::Str;

template <class Element>
using ByName = std::map<std::string, const Element*>;

// All elements of a version's files, nested ones too.
struct WireVersion {
  explicit WireVersion(const std::vector<const pb::FileDescriptor*>& of) {
    for (const pb::FileDescriptor* file : of) {
      files[Str(file->name())] = file;
      for (int i = 0; i < file->message_type_count(); ++i) {
        Add(*file->message_type(i));
      }
      for (int i = 0; i < file->enum_type_count(); ++i) {
        Add(*file->enum_type(i));
      }
      for (int i = 0; i < file->service_count(); ++i) {
        services[Str(file->service(i)->full_name())] = file->service(i);
      }
    }
  }

  ByName<pb::FileDescriptor> files;
  ByName<pb::Descriptor> messages;
  ByName<pb::EnumDescriptor> enums;
  ByName<pb::ServiceDescriptor> services;

 private:
  void Add(const pb::Descriptor& message) {
    if (message.options().map_entry()) return;
    messages[Str(message.full_name())] = &message;
    for (int i = 0; i < message.nested_type_count(); ++i) {
      Add(*message.nested_type(i));
    }
    for (int i = 0; i < message.enum_type_count(); ++i) {
      Add(*message.enum_type(i));
    }
  }
  void Add(const pb::EnumDescriptor& type) {
    enums[Str(type.full_name())] = &type;
  }
};

class WireComparison {
 public:
  WireComparison(const std::vector<const pb::FileDescriptor*>& older,
                 const std::vector<const pb::FileDescriptor*>& newer)
      : older_(older), newer_(newer) {}

  std::vector<Finding> Run() {
    for (const auto& [name, file] : older_.files) CompareFile(*file);
    for (const auto& [name, message] : older_.messages) {
      const auto found = newer_.messages.find(name);
      if (found != newer_.messages.end()) Compare(*message, *found->second);
    }
    for (const auto& [name, type] : older_.enums) {
      const auto found = newer_.enums.find(name);
      if (found != newer_.enums.end()) Compare(*type, *found->second);
    }
    for (const auto& [name, service] : older_.services)
      CompareService(*service);
    return std::move(found_);
  }

 private:
  template <class Element>
  void Add(const Element& element, const std::string& name, std::string fault,
           std::string mend) {
    found_.push_back({Finding::Part::kWire, Finding::Weight::kBreak,
                      PlaceOf(element), name, std::move(fault),
                      std::move(mend)});
  }

  void CompareFile(const pb::FileDescriptor& file) {
    const auto found = newer_.files.find(Str(file.name()));
    if (found == newer_.files.end() ||
        found->second->package() == file.package()) {
      return;
    }
    Add(*found->second, Str(file.name()),
        absl::StrCat("its package is ", Str(found->second->package()), ", was ",
                     Str(file.package()),
                     ": every name of a service and a message in Any is new"),
        "keep the package, and put a new version into a file of its own");
  }

  void Compare(const pb::Descriptor& older, const pb::Descriptor& newer) {
    for (int i = 0; i < older.field_count(); ++i) {
      CompareField(*older.field(i), newer);
    }
    for (int i = 0; i < newer.field_count(); ++i) {
      const pb::FieldDescriptor& field = *newer.field(i);
      const pb::FieldDescriptor* const before =
          older.FindFieldByNumber(field.number());
      if (field.is_required() &&
          (before == nullptr || !before->is_required())) {
        Add(field, Str(field.full_name()),
            "it is required, and what old programs send may lack it",
            "make it optional");
      }
    }
    CompareReserved(older, newer);
  }

  void CompareField(const pb::FieldDescriptor& older,
                    const pb::Descriptor& newer) {
    const std::string name = Str(older.full_name());
    const pb::FieldDescriptor* const field =
        newer.FindFieldByNumber(older.number());
    if (field == nullptr) {
      const bool number = newer.IsReservedNumber(older.number());
      const bool text = newer.IsReservedName(std::string(older.name()));
      if (number && text) return;
      Add(newer, name,
          absl::StrCat("field ", older.number(),
                       " is gone, and may come back as something else"),
          absl::StrCat("write reserved ", older.number(), "; and reserved \"",
                       Str(older.name()), "\";"));
      return;
    }
    const std::string number = absl::StrCat("field ", older.number());
    if (field->name() != older.name()) {
      Add(*field, name,
          absl::StrCat(number, " is called ", Str(field->name()),
                       ": JSON, masks and filters name it so"),
          "keep the name, or give the new field a number of its own");
    } else if (field->json_name() != older.json_name()) {
      Add(*field, name,
          absl::StrCat("its JSON name is ", Str(field->json_name()), ", was ",
                       Str(older.json_name())),
          "keep json_name");
    }
    if (field->is_repeated() != older.is_repeated() ||
        field->is_map() != older.is_map() || !SameType(older, *field)) {
      Add(*field, name,
          absl::StrCat(number, " is ", TypeText(*field), ", was ",
                       TypeText(older)),
          "give the new field a number of its own, and reserve the old one");
    } else if (older.is_required() && !field->is_required()) {
      Add(*field, name, "it was required, and old programs fail without it",
          "keep it required");
    }
    if (OneofOf(*field) != OneofOf(older)) {
      const std::string now = OneofOf(*field);
      const std::string before = OneofOf(older);
      Add(*field, name,
          absl::StrCat(
              "it is ",
              now.empty() ? "in no oneof" : absl::StrCat("in the oneof ", now),
              ", was ",
              before.empty() ? "in none" : absl::StrCat("in ", before),
              ": members clear each other"),
          "leave it where it was");
    }
  }

  // Numbers and names that were kept from being used again.
  void CompareReserved(const pb::Descriptor& older,
                       const pb::Descriptor& newer) {
    std::vector<std::string> free;
    for (int i = 0; i < older.reserved_range_count(); ++i) {
      const auto& range = *older.reserved_range(i);
      int number = range.start;
      while (number < range.end) {
        const auto* const kept =
            newer.FindReservedRangeContainingNumber(number);
        if (kept == nullptr) {
          free.push_back(absl::StrCat(number));
          break;
        }
        number = kept->end;
      }
    }
    for (int i = 0; i < older.reserved_name_count(); ++i) {
      const std::string name = Str(older.reserved_name(i));
      if (!newer.IsReservedName(name))
        free.push_back(absl::StrCat("\"", name, "\""));
    }
    for (const std::string& one : free) {
      Add(newer, Str(older.full_name()),
          absl::StrCat(one, " is reserved no longer"), "keep it reserved");
    }
  }

  void Compare(const pb::EnumDescriptor& older,
               const pb::EnumDescriptor& newer) {
    std::set<int> seen;
    for (int i = 0; i < older.value_count(); ++i) {
      const pb::EnumValueDescriptor& value = *older.value(i);
      if (!seen.insert(value.number()).second) continue;
      CompareValue(older, value, newer);
    }
    for (int i = 0; i < older.reserved_range_count(); ++i) {
      // Those of enums end with the last number itself.
      const auto& range = *older.reserved_range(i);
      int64_t number = range.start;
      while (number <= range.end) {
        const auto* const kept =
            newer.FindReservedRangeContainingNumber(static_cast<int>(number));
        if (kept == nullptr) {
          Add(newer, Str(older.full_name()),
              absl::StrCat(number, " is reserved no longer"),
              "keep it reserved");
          break;
        }
        number = int64_t{kept->end} + 1;
      }
    }
    for (int i = 0; i < older.reserved_name_count(); ++i) {
      const std::string name = Str(older.reserved_name(i));
      if (newer.IsReservedName(name)) continue;
      Add(newer, Str(older.full_name()),
          absl::StrCat("\"", name, "\" is reserved no longer"),
          "keep it reserved");
    }
  }

  static std::set<std::string> NamesOf(const pb::EnumDescriptor& type,
                                       int number) {
    std::set<std::string> names;
    for (int i = 0; i < type.value_count(); ++i) {
      if (type.value(i)->number() == number) {
        names.insert(Str(type.value(i)->name()));
      }
    }
    return names;
  }

  void CompareValue(const pb::EnumDescriptor& older,
                    const pb::EnumValueDescriptor& value,
                    const pb::EnumDescriptor& newer) {
    const std::string name =
        absl::StrCat(Str(older.full_name()), ".", Str(value.name()));
    const std::set<std::string> before = NamesOf(older, value.number());
    const std::set<std::string> now = NamesOf(newer, value.number());
    if (now.empty()) {
      const bool names = std::all_of(
          before.begin(), before.end(),
          [&](const auto& one) { return newer.IsReservedName(one); });
      if (names && newer.IsReservedNumber(value.number())) return;
      Add(newer, name,
          absl::StrCat("value ", value.number(),
                       " is gone, and may come back as something else"),
          absl::StrCat("write reserved ", value.number(), "; and reserved \"",
                       Str(value.name()), "\";"));
    } else if (!std::includes(now.begin(), now.end(), before.begin(),
                              before.end())) {
      Add(newer, name,
          absl::StrCat("value ", value.number(), " is called ", *now.begin(),
                       ": JSON and rows that store names have the old one"),
          "keep the name; allow_alias lets it have both");
    }
  }

  void CompareService(const pb::ServiceDescriptor& older) {
    const std::string name = Str(older.full_name());
    const auto found = newer_.services.find(name);
    if (found == newer_.services.end()) {
      Add(older, name, "the service is gone",
          "keep it until nobody calls it any more");
      return;
    }
    for (int i = 0; i < older.method_count(); ++i) {
      const pb::MethodDescriptor& method = *older.method(i);
      const pb::MethodDescriptor* const now =
          found->second->FindMethodByName(std::string(method.name()));
      if (now == nullptr) {
        Add(*found->second, Str(method.full_name()), "the method is gone",
            "keep it until nobody calls it any more");
      } else {
        CompareMethod(method, *now);
      }
    }
  }

  void CompareMethod(const pb::MethodDescriptor& older,
                     const pb::MethodDescriptor& newer) {
    const std::string name = Str(older.full_name());
    const auto type = [&](const char* what, const pb::Descriptor& before,
                          const pb::Descriptor& now) {
      if (before.full_name() == now.full_name()) return;
      Add(newer, name,
          absl::StrCat("its ", what, " is ", Str(now.full_name()), ", was ",
                       Str(before.full_name())),
          "add a method for it");
    };
    type("request", *older.input_type(), *newer.input_type());
    type("reply", *older.output_type(), *newer.output_type());
    const auto streams = [&](const char* what, bool before, bool now) {
      if (before == now) return;
      Add(newer, name,
          absl::StrCat("its ", what, now ? " is" : " is no longer",
                       " a stream"),
          "add a method for it");
    };
    streams("request", older.client_streaming(), newer.client_streaming());
    streams("reply", older.server_streaming(), newer.server_streaming());
    if (older.options().idempotency_level() !=
        newer.options().idempotency_level()) {
      Add(newer, name, "its idempotency_level is another one",
          "leave it as it was");
    }
  }

  const WireVersion older_;
  const WireVersion newer_;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> WireDiff(
    const std::vector<const pb::FileDescriptor*>& older,
    const std::vector<const pb::FileDescriptor*>& newer) {
  return WireComparison(older, newer).Run();
}

}  // namespace modelservice
