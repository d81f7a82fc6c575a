// The service of this folder's tests and of docs/operate.md.
#ifndef MODELSERVICE_TESTS_OPERATE_BOOKS_H_
#define MODELSERVICE_TESTS_OPERATE_BOOKS_H_

#include "absl/time/clock.h"
#include "modelservice/objects.h"
#include "modelservice/permission.h"
#include "shelf.modelservice.pb.h"

namespace shelf {

class BooksHere : public BooksBase {
 public:
  absl::StatusOr<modelservice::Reply<ReadReply>> Read(
      const modelservice::CallContext& call,
      const ReadRequest& request) override {
    modelservice::Objects<Book> books(database());
    if (auto count = books.Count(); !count.ok()) return count.status();
    if (auto count = books.Count(); !count.ok()) return count.status();
    absl::SleepFor(absl::Milliseconds(request.time()));
    return Told(call);
  }

  absl::StatusOr<modelservice::Reply<ReadReply>> Borrow(
      const modelservice::CallContext& call, const BookKey&) override {
    return Told(call);
  }

  absl::StatusOr<modelservice::Reply<ReadReply>> Discard(
      const modelservice::CallContext& call, const BookKey&) override {
    return Told(call);
  }

 private:
  // What it would send on to another server.
  static ReadReply Told(const modelservice::CallContext& call) {
    ReadReply reply;
    reply.set_traceparent(call.trace().Header());
    return reply;
  }
};

// A permission of the program's own: servers without an authenticator have it,
// too.
class IsLibrarian : public modelservice::Permission {
 public:
  bool Allows(const modelservice::CallContext& call) override {
    return call.principal().HasRole("librarian");
  }
};

}  // namespace shelf

#endif  // MODELSERVICE_TESTS_OPERATE_BOOKS_H_
