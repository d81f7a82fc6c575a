// A method's reply: a message, or a message already in wire format, as rows
// come out of the database.
//
//   absl::StatusOr<Reply<Customer>> Retrieve(...) override {
//     auto reply = CustomerServiceBase::Retrieve(call, request);
//     if (reply.ok()) reply->mutable_message().clear_phone();
//     return reply;
//   }
//
// A plain message converts to a Reply. Movable; not thread-safe.
#ifndef MODELSERVICE_REPLY_H_
#define MODELSERVICE_REPLY_H_

#include <string>
#include <utility>

#include "modelservice/orm/wire.h"

namespace modelservice {

template <class Message>
class Reply {
 public:
  Reply() = default;
  Reply(Message message)  // NOLINT: converts on purpose
      : message_(std::move(message)), has_message_(true) {}
  // Wire format that the runtime encoded.
  explicit Reply(WireBuffer wire) : wire_(std::move(wire)) {}

  // The reply as a message; decodes it the first time.
  const Message& message() const { return Decoded(); }
  Message& mutable_message() {
    Decoded();
    wire_.clear();
    return message_;
  }

  // Moves the wire format out, encoding the message if there is one.
  WireBuffer TakeWire() && {
    if (has_message_ && wire_.size() == 0) {
      wire_.Raw(message_.SerializePartialAsString());
    }
    return std::move(wire_);
  }

 private:
  Message& Decoded() const {
    if (!has_message_) {
      // The runtime wrote these bytes itself: they parse.
      (void)message_.ParsePartialFromArray(wire_.bytes().data(),
                                           static_cast<int>(wire_.size()));
      has_message_ = true;
    }
    return message_;
  }

  mutable Message message_;
  mutable bool has_message_ = false;
  WireBuffer wire_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_REPLY_H_
