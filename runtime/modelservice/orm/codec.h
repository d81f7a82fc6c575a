// From rows to messages: straight to wire format, with no message in between,
// and to a message for code that wants one.
//
//   const RowCodec codec(model);
//   WireBuffer wire;
//   absl::Status status = codec.Encode(row, Audience::kClient, wire);
//
// Made once for a projection, whose columns it turns into a program of few
// instructions each; the models outlive it. Once made, immutable, so safe to
// share between threads.
#ifndef MODELSERVICE_ORM_CODEC_H_
#define MODELSERVICE_ORM_CODEC_H_

#include <google/protobuf/message.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/orm/wire.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/value.h"

namespace modelservice {

enum class Audience {
  kClient,  // leaves INPUT_ONLY fields out
  kServer,  // every field
};

constexpr absl::string_view kUnreadable = "modelservice/unreadable";

class RowCodec {
 public:
  // Of rows with a value for every column of the model, in the table's order,
  // that lie in the database as `forms` say; without any, as the model would
  // have made them.
  explicit RowCodec(const Model& model,
                    absl::Span<const ColumnForm> forms = {});
  // And, behind those, one more that is the field that `column` describes,
  // which outlives the codec.
  void AddColumn(const Column& column);
  // And, behind those, one for every column of another model, whose message
  // is field `field` of this one's: absent where the first column of its key is
  // NULL.
  void AddNested(int field, const Model& model);
  // And what `codec` has of it.
  void AddNested(int field, RowCodec codec);

  // How many values a row has.
  size_t width() const { return width_; }

  // Appends `row`, with a value for each of the columns, as the model's
  // message. What a client may see is checked: a string field with malformed
  // UTF-8, a number past its field's range or a text that is no JSON is an
  // error, DATA_LOSS, that names table, column and key; nothing is appended
  // then. What a client may be told of it is its payload, kUnreadable.
  absl::Status Encode(Row row, Audience audience, WireBuffer& wire) const;

  // The same as field `field` of a message that has the model's.
  absl::Status EncodeAs(int field, Row row, Audience audience,
                        WireBuffer& wire) const;

  // The same into `message`, of the model's type, which is cleared first.
  absl::Status Decode(Row row, google::protobuf::Message* message) const;

 private:
  // How to encode one column whose value is of the plain kind for its type; any
  // other goes through EncodeColumn.
  struct Step {
    enum class Op : uint8_t {
      kVarint,
      kDouble,
      kString,
      kBytes,
      kHidden,  // from clients
      kOther,
    };

    // Of values that `op` is for; of those of kHidden and kOther none is.
    Value::Kind kind = Value::Kind::kList;
    Op op = Op::kOther;
    bool keeps_zero = false;
    // Whether a field of a message is set, where the model can do it.
    bool sets = false;
    uint8_t tag_size = 0;
    std::array<char, 8> tag = {};  // ends with bytes that do not count
    // kVarint: the values that go onto the wire as they are, from the lowest
    // on.
    int64_t lowest = 0;
    uint64_t span = 0;
    bool Fits(int64_t integer) const {
      return static_cast<uint64_t>(integer) - static_cast<uint64_t>(lowest) <=
             span;
    }
    bool has_text() const { return op == Op::kString || op == Op::kBytes; }
    // Whether a value of `kind` is one of the field as it is.
    bool Takes(Value value) const;
  };

  // A message inside of this one.
  struct Nested;

  static Step MakeStep(const Column& column, const ColumnForm& form);
  void Add(const Column& column, const ColumnForm& form);
  absl::Status Unreadable(Row row, const Column& column,
                          absl::string_view fault) const;
  absl::Status EncodeNested(Row row, Audience audience, WireBuffer& wire) const;
  absl::Status DecodeNested(Row row, google::protobuf::Message* message) const;

  const Model& model_;
  // One of each for each of the row's first values.
  std::vector<Step> steps_;
  std::vector<const Column*> columns_;
  std::vector<ColumnForm> forms_;
  std::vector<Nested> nested_;
  size_t width_ = 0;
};

struct RowCodec::Nested {
  int field;
  // Null: by reflection.
  google::protobuf::Message* (*mutable_field)(google::protobuf::Message&);
  size_t first;  // of its values in the row
  size_t key;    // of its key's first column, among those
  RowCodec codec;
};

// A part of a key, for people.
std::string KeyText(Value value);
// Of a part of the table's key, as errors may show it: not one whose field is
// sensitive.
std::string ShownKey(const Table& table, size_t part, Value value);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_CODEC_H_
