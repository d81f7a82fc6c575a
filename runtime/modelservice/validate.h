// Checks a message against the rules that its model's options say: Django's
// full_clean, in the words that the service gives its clients.
//
//   Customer customer;
//   customer.set_email("nobody");
//   absl::Status status = modelservice::Validate(customer);
//   // INVALID_ARGUMENT "email: Enter a valid email address. name: This field
//   // may not be blank."
//
// Objects does the same before it writes, and the standard methods do; this is
// for who wants to know without writing.
//
// Threads: thread-safe. Blocking: none, nothing is read from a database; so
// what only rows can tell - unique values, references, checks - is not known
// here. The rules of a model are made ready once, when they are first asked
// for.
#ifndef MODELSERVICE_VALIDATE_H_
#define MODELSERVICE_VALIDATE_H_

#include "absl/status/status.h"
#include "modelservice/orm/validator.h"
#include "modelservice/schema/model.h"

namespace modelservice {

// For functions that write: whether the rules are checked before.
enum class Validation { kCheck, kSkip };

namespace internal {

// Those of a model; never null, and never destroyed.
template <class Message>
const Validator* ValidatorOf() {
  static const auto* const validator = new Validator(ModelOf<Message>::Get());
  return validator;
}

}  // namespace internal

// OK for a message that could be a new row, defaults and times filled in. Else
// INVALID_ARGUMENT with every violation at once, in the order of the fields:
// all of them in the message, and as google.rpc.BadRequest's field_violations
// where a client can read them (a handler may return the status as it is).
template <class Message>
absl::Status Validate(const Message& message) {
  return internal::ValidatorOf<Message>()->CheckNew(message);
}

}  // namespace modelservice

#endif  // MODELSERVICE_VALIDATE_H_
