// A method's reply: a message, or a message already in wire format, as rows
// come out of the database.
//
//   absl::StatusOr<Reply<Customer>> Retrieve(
//       const CallContext& call, const CustomerKey& request) override {
//     auto reply = CustomerServiceBase::Retrieve(call, request);
//     if (reply.ok()) reply->mutable_message().clear_phone();
//     return reply;
//   }
//
// A plain message converts to a Reply. AnyReply is the same for interceptors,
// which see replies of every type.
//
// Ownership: a Reply is a value that owns its message, and is moved. Threads:
// one at a time, also for the functions that are const. Nothing waits. Errors:
// none; bytes that are no such message, which the runtime does not make, are as
// much of one as can be read.
#ifndef MODELSERVICE_REPLY_H_
#define MODELSERVICE_REPLY_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
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
  // The same to be changed: what is there afterwards is what is sent.
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

// A reply of any type, as interceptors see it (Interceptor::OnReply):
//
//   if (auto* customer = reply.MutableAs<Customer>()) customer->clear_phone();
//
// What is not looked at is not decoded, what is not changed is sent as it is.
class AnyReply {
 public:
  // For the runtime. Both outlive it; `wire` is an encoded `prototype`.
  AnyReply(const google::protobuf::Message& prototype, WireBuffer& wire)
      : prototype_(prototype), wire_(wire) {}
  AnyReply(const AnyReply&) = delete;
  AnyReply& operator=(const AnyReply&) = delete;

  // The reply; decodes it the first time.
  const google::protobuf::Message& message() { return Decoded(); }
  // The same to be changed: what is there afterwards is what is sent.
  google::protobuf::Message& mutable_message() {
    changed_ = true;
    return Decoded();
  }
  // The same as a message of type M; null when it is of another type, which
  // then is not decoded.
  template <class M>
  const M* As() {
    return Is<M>() ? static_cast<const M*>(&message()) : nullptr;
  }
  template <class M>
  M* MutableAs() {
    return Is<M>() ? static_cast<M*>(&mutable_message()) : nullptr;
  }

  // For the runtime: whether it was given out to be changed since the last
  // Encode, which writes it into the wire format.
  bool changed() const { return changed_; }
  void Encode() {
    changed_ = false;
    wire_.clear();
    wire_.Raw(Decoded().SerializePartialAsString());
  }

 private:
  template <class M>
  bool Is() const {
    return prototype_.GetDescriptor() == M::descriptor();
  }
  google::protobuf::Message& Decoded() {
    if (message_ == nullptr) {
      message_.reset(prototype_.New());
      (void)message_->ParsePartialFromArray(wire_.bytes().data(),
                                            static_cast<int>(wire_.size()));
    }
    return *message_;
  }

  const google::protobuf::Message& prototype_;
  WireBuffer& wire_;
  std::unique_ptr<google::protobuf::Message> message_;
  bool changed_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_REPLY_H_
