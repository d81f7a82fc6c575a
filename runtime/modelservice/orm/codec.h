// From rows to messages: straight to wire format, with no message in between,
// and to a message for code that wants one.
//
//   const RowCodec codec(model);
//   WireBuffer wire;
//   absl::Status status = codec.Encode(row, Audience::kClient, wire);
//
// Made once for a model, whose columns it turns into a program of few
// instructions each; the model outlives it. Immutable, so safe to share between
// threads.
#ifndef MODELSERVICE_ORM_CODEC_H_
#define MODELSERVICE_ORM_CODEC_H_

#include <google/protobuf/message.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/orm/wire.h"
#include "modelservice/schema/model.h"
#include "modelservice/value.h"

namespace modelservice {

enum class Audience {
  kClient,  // leaves INPUT_ONLY fields out
  kServer,  // every field
};

class RowCodec {
 public:
  explicit RowCodec(const Model& model);

  // Appends `row`, the values of every column in the table's order, as the
  // model's message. What a client may see is checked: a string field with
  // malformed UTF-8, a number past its field's range or a text that is no JSON
  // is an error, INTERNAL, that names the table and the column; nothing is
  // appended then.
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

    Op op = Op::kOther;
    bool keeps_zero = false;
    uint8_t tag_size = 0;
    std::array<char, 8> tag = {};  // ends with bytes that do not count
    // kVarint: the values that go onto the wire as they are.
    int64_t lowest = 0;
    int64_t highest = 0;
  };

  static Step MakeStep(const Column& column);

  const Model& model_;
  std::vector<Step> steps_;  // one for each column
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_CODEC_H_
