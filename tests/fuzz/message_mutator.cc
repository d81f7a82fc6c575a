#include "message_mutator.h"

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

// libFuzzer's; a test that only runs over a corpus is without it.
extern "C" __attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t* data,
                                                         size_t size,
                                                         size_t most);

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

constexpr size_t kMostBytesOfAValue = 256;

constexpr const char* kTexts[] = {
    "",           "id",       "name",      "a.b",      "*",
    "-1",         "0",        "1e999",     "NaN",      "$x$",
    "\"",         "\\",       "\n",        "\t'",      "?\?/",
    "*/",         "class",    "int",       "_",        "__a",
    "A",          "1a",       "\xff",      "\xc3\xa9", "true",
    "'a'",        "1 + 1",    "now()",     "(",        "a; b",
    "--",         ".x.Y",     "@",         "%s",       "18446744073709551616",
    "owner",      "anyone()", "role('a')", "1s",       "10/m",
    "metadata:x", "peer",
};

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  void Run(Message* message) {
    std::vector<Message*> messages;
    Collect(message, &messages);
    Message* const chosen = messages[Below(messages.size())];
    for (const Message* const each : messages) CollectTexts(*each);
    Change(chosen);
  }

 private:
  size_t Below(size_t bound) { return random_() % bound; }

  static void Collect(Message* message, std::vector<Message*>* found) {
    found->push_back(message);
    const Reflection& reflection = *message->GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(*message, &fields);
    for (const FieldDescriptor* const field : fields) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      if (!field->is_repeated()) {
        Collect(reflection.MutableMessage(message, field), found);
        continue;
      }
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        Collect(reflection.MutableRepeatedMessage(message, field, i), found);
      }
    }
  }

  void CollectTexts(const Message& message) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* const field : fields) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
      if (!field->is_repeated()) {
        texts_.push_back(reflection.GetString(message, field));
      } else if (reflection.FieldSize(message, field) > 0) {
        texts_.push_back(reflection.GetRepeatedString(message, field, 0));
      }
    }
  }

  void Change(Message* message) {
    const Reflection& reflection = *message->GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(*message, &fields);
    // Half of the time what is there already.
    if (fields.empty() || Below(2) == 0) {
      fields.clear();
      for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
        fields.push_back(message->GetDescriptor()->field(i));
      }
      message->GetDescriptor()->file()->pool()->FindAllExtensions(
          message->GetDescriptor(), &fields);
    }
    if (fields.empty()) return;
    const FieldDescriptor* const field = fields[Below(fields.size())];
    const int size =
        field->is_repeated() ? reflection.FieldSize(*message, field) : 0;
    const size_t kind = Below(8);
    if (kind == 0) {
      reflection.ClearField(message, field);
    } else if (kind == 1 && size > 0) {
      reflection.RemoveLast(message, field);
    } else if (kind == 2 && size > 1) {
      reflection.SwapElements(message, field, Position(size), Position(size));
    } else if (kind <= 4 && size > 0) {
      Set(message, field, Position(size));
    } else if (field->is_repeated()) {
      Add(message, field);
    } else {
      Set(message, field, -1);
    }
  }

  int Position(int size) {
    return static_cast<int>(Below(static_cast<size_t>(size)));
  }

  // A copy of another one, with a change, or a new one.
  void Add(Message* message, const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const int size = reflection.FieldSize(*message, field);
      Message* const added = reflection.AddMessage(message, field);
      if (size == 0) return;
      added->CopyFrom(
          reflection.GetRepeatedMessage(*message, field, Position(size)));
      if (Below(2) == 0) Change(added);
      return;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        reflection.AddString(message, field, "");
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection.AddInt32(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.AddInt64(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection.AddUInt32(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        reflection.AddUInt64(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_FLOAT:
        reflection.AddFloat(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        reflection.AddDouble(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.AddBool(message, field, false);
        break;
      default:
        reflection.AddEnumValue(message, field, 0);
        break;
    }
    Set(message, field, reflection.FieldSize(*message, field) - 1);
  }

  // `position` is -1 where the field is not repeated.
  void Set(Message* message, const FieldDescriptor* field, int position) {
    const Reflection& reflection = *message->GetReflection();
#define MODELSERVICE_SET(Type, value)                        \
  position < 0 ? reflection.Set##Type(message, field, value) \
               : reflection.SetRepeated##Type(message, field, position, value)
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Change(position < 0 ? reflection.MutableMessage(message, field)
                            : reflection.MutableRepeatedMessage(message, field,
                                                                position));
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        MODELSERVICE_SET(
            String, Text(position < 0 ? reflection.GetString(*message, field)
                                      : reflection.GetRepeatedString(
                                            *message, field, position)));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        MODELSERVICE_SET(Int32, static_cast<int32_t>(Number()));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        MODELSERVICE_SET(Int64, Number());
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        MODELSERVICE_SET(UInt32, static_cast<uint32_t>(Number()));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        MODELSERVICE_SET(UInt64, static_cast<uint64_t>(Number()));
        break;
      case FieldDescriptor::CPPTYPE_FLOAT:
        MODELSERVICE_SET(Float, static_cast<float>(Real()));
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        MODELSERVICE_SET(Double, Real());
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        MODELSERVICE_SET(Bool, Below(2) == 0);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        // proto2 takes no value that is not in the list.
        MODELSERVICE_SET(
            EnumValue, field->enum_type()
                           ->value(Position(field->enum_type()->value_count()))
                           ->number());
        break;
    }
#undef MODELSERVICE_SET
  }

  int64_t Number() {
    switch (Below(4)) {
      case 0:
        return static_cast<int64_t>(Below(8)) - 1;
      case 1:  // A power of two, and what is beside it.
        return static_cast<int64_t>((uint64_t{1} << Below(64)) + Below(3) - 1);
      case 2:
        return static_cast<int64_t>(Below(1000));
      default:
        return static_cast<int64_t>((uint64_t{random_()} << 32) | random_());
    }
  }

  double Real() {
    constexpr double kReals[] = {0.0,
                                 -0.0,
                                 1.5,
                                 1e300,
                                 5e-324,
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::quiet_NaN()};
    if (Below(2) == 0) return static_cast<double>(Number());
    return kReals[Below(std::size(kReals))];
  }

  std::string Text(const std::string& text) {
    switch (Below(4)) {
      case 0:
        return kTexts[Below(std::size(kTexts))];
      case 1:
        return texts_.empty() ? text : texts_[Below(texts_.size())];
      case 2:
        return text + kTexts[Below(std::size(kTexts))];
      default:
        return MutateBytes(text);
    }
  }

  std::mt19937 random_;
  std::vector<std::string> texts_;
};

}  // namespace

void MutateMessage(Message* message, unsigned seed) {
  Mutator(seed).Run(message);
}

std::string MutateBytes(std::string bytes) {
  if (LLVMFuzzerMutate == nullptr) return bytes;
  const size_t size = bytes.size();
  bytes.resize(size + kMostBytesOfAValue);
  bytes.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(&bytes[0]), size,
                                bytes.size()));
  return bytes;
}

}  // namespace modelservice
