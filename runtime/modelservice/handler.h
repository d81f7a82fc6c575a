// What a service's generated class derives from: the hooks that a subclass may
// override, and the way to the runtime.
//
//   class Customers : public shop::CustomerServiceBase {
//    public:
//     Query<Customer> Scope(const CallContext& call,
//                           Query<Customer> all) override {
//       return all.Filter(CustomerModel::owner == call.principal().subject);
//     }
//     absl::Status BeforeCreate(const CallContext& call, Transaction& tx,
//                               Customer& customer) override {
//       customer.set_owner(call.principal().subject);
//       return absl::OkStatus();
//     }
//   };
//
//   registry.Add<Customers>();
//
// Where its code runs, and what that means:
//
//   methods     on the executor: may block. In their transaction, if their
//               options or kind give them one; then they must be short
//               (`max_write_time`), and run again after a conflict, unless they
//               have sent or taken a message of a stream meanwhile.
//   StartX      on the executor, in no transaction: may block, but returns, and
//               the call goes on without it (async_stream.h).
//   hooks       on the executor, in the call's transaction, like a WRITE
//               method.
//   Scope       on gRPC's thread or in the transaction: must not wait, which is
//               refused in words. May be asked several times in a call.
//   OnCommit    what a transaction is given for its end runs on the same thread
//               once it is over, and once: may block, and write.
//
// Ownership: the registry's, and then the server's; what its functions are
// given lives until they return, unless said otherwise. Threads: one handler
// serves every call of its service, from many threads at once. Errors: what a
// function returns is the call's answer; INTERNAL, and what it throws, reaches
// the log, and the client an id of that.
#ifndef MODELSERVICE_HANDLER_H_
#define MODELSERVICE_HANDLER_H_

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "modelservice/async_stream.h"
#include "modelservice/call_context.h"
#include "modelservice/database.h"
#include "modelservice/query.h"
#include "modelservice/reply.h"
#include "modelservice/service/method.h"
#include "modelservice/stream.h"

namespace modelservice {

struct ServicePlan;

// Which methods and hooks a handler's class overrides: what it does not, costs
// nothing.
class Overrides {
 public:
  enum Hook : uint32_t {
    kScope = 1u << 0,
    kBeforeCreate = 1u << 1,
    kAfterCreate = 1u << 2,
    kBeforeUpdate = 1u << 3,
    kAfterUpdate = 1u << 4,
    kBeforeDestroy = 1u << 5,
    kAfterDestroy = 1u << 6,
    kFilterList = 1u << 7,
  };

  // `index` is a position in Service::methods.
  void Method(int index, bool overridden) {
    if (overridden) methods_.push_back(index);
  }
  // The same for the other form of a custom method.
  void Start(int index, bool overridden) {
    if (overridden) starts_.push_back(index);
  }
  void SetHook(Hook hook, bool overridden) {
    if (overridden) hooks_ |= hook;
  }
  bool HasMethod(int index) const { return Has(methods_, index); }
  bool Starts(int index) const { return Has(starts_, index); }
  bool HasAny(uint32_t hooks) const { return (hooks_ & hooks) != 0; }

 private:
  static bool Has(const std::vector<int>& all, int index) {
    return std::find(all.begin(), all.end(), index) != all.end();
  }

  std::vector<int> methods_;
  std::vector<int> starts_;
  uint32_t hooks_ = 0;
};

// Whether class `Handler` overrides `Base::Name`: the type of the member
// pointer names the class that declares it. A hook that is not public in
// Handler can only be Handler's own.
#define MODELSERVICE_OVERRIDES(Handler, Base, Name)                      \
  (!::modelservice::internal::Inherits<Handler>(                         \
      [](auto* handler)                                                  \
          -> std::is_same<                                               \
              decltype(&std::remove_pointer_t<decltype(handler)>::Name), \
              decltype(&Base::Name)> { return {}; }))

// Notes in `overrides` which form of the custom method at `index` the class
// has.
#define MODELSERVICE_IMPLEMENTS(overrides, index, Handler, Base, Name, \
                                StartName)                             \
  static_assert(MODELSERVICE_OVERRIDES(Handler, Base, Name) !=         \
                    MODELSERVICE_OVERRIDES(Handler, Base, StartName),  \
                "override " #Name ", or " #StartName                   \
                " in its place: it is "                                \
                "a method of your own");                               \
  (overrides).Start(index, MODELSERVICE_OVERRIDES(Handler, Base, StartName))

namespace internal {

template <class Handler, class Probe>
constexpr bool Inherits(Probe probe) {
  if constexpr (std::is_invocable_v<Probe, Handler*>) {
    return std::invoke_result_t<Probe, Handler*>::value;
  } else {
    (void)probe;
    return false;
  }
}

}  // namespace internal

class Handler {
 public:
  virtual ~Handler() = default;

  // The hooks in terms of any message, which the runtime calls: see those of
  // ModelService, which say it in the model's own type. The base of each leaves
  // everything as it is.
  virtual Expression ScopeOf(const CallContext& call);
  virtual absl::StatusOr<Expression> FilterOf(
      const CallContext& call, const google::protobuf::Message& request);
  virtual absl::Status RunBeforeCreate(const CallContext& call, Transaction&,
                                       google::protobuf::Message& message);
  virtual absl::Status RunAfterCreate(const CallContext& call, Transaction&,
                                      const google::protobuf::Message& message);
  virtual absl::Status RunBeforeUpdate(const CallContext& call, Transaction&,
                                       const google::protobuf::Message& stored,
                                       google::protobuf::Message& updated);
  virtual absl::Status RunAfterUpdate(const CallContext& call, Transaction&,
                                      const google::protobuf::Message& message);
  virtual absl::Status RunBeforeDestroy(
      const CallContext& call, Transaction&,
      const google::protobuf::Message& message);
  virtual absl::Status RunAfterDestroy(
      const CallContext& call, Transaction&,
      const google::protobuf::Message& message);

  // Called once, before the first call.
  void Attach(const ServicePlan* plan) { plan_ = plan; }

 protected:
  // The server's database.
  Database& database() const;
  // The rows that permissions leave to the caller.
  static Expression RowsFor(const CallContext& call);

  // What a custom method does that its class does not implement in this form.
  template <class... Arguments>
  static absl::Status NotImplemented(const CallContext& call,
                                     const Arguments&...) {
    return absl::UnimplementedError(
        absl::StrCat(call.method(), " is not implemented."));
  }

  // The generated behaviour of method `index`: what the generated methods do
  // and an override calls. Inside of a transaction it is part of that.
  template <class Message>
  absl::StatusOr<Reply<Message>> Standard(
      int index, const CallContext& call,
      const google::protobuf::Message& request) {
    auto wire = StandardWire(index, call, request);
    if (!wire.ok()) return wire.status();
    return Reply<Message>(*std::move(wire));
  }
  template <class Message>
  absl::Status StandardStream(int index, const CallContext& call,
                              const google::protobuf::Message& request,
                              Writer<Message>& writer) {
    return StandardRows(index, call, request, writer.stream());
  }
  template <class Message, class Request>
  absl::StatusOr<Reply<Message>> StandardBulk(int index,
                                              const CallContext& call,
                                              Reader<Request>& reader) {
    auto wire = BulkWire(index, call, reader.stream());
    if (!wire.ok()) return wire.status();
    return Reply<Message>(*std::move(wire));
  }

 private:
  absl::StatusOr<WireBuffer> StandardWire(
      int index, const CallContext& call,
      const google::protobuf::Message& request);
  absl::Status StandardRows(int index, const CallContext& call,
                            const google::protobuf::Message& request,
                            MessageStream& stream);
  absl::StatusOr<WireBuffer> BulkWire(int index, const CallContext& call,
                                      MessageStream& stream);

  const ServicePlan* plan_ = nullptr;
};

// The base of a service with a model. All hooks but Scope run on the executor,
// where they may block, inside of the call's transaction: an error that one
// returns is the call's, and rolls back. After a conflict with another call the
// whole is run again, hooks too: what they do outside of the transaction
// belongs into Transaction::OnCommit. The row that an update or a delete is
// about is locked before a hook sees it. The base of each does nothing, and a
// call whose hooks are not overridden needs no executor.
template <class Message>
class ModelService : public Handler {
 public:
  // The rows that this caller may see, change and delete: Django's
  // get_queryset. Filter `all`; its order and limit are the method's. What a
  // Create or an Update leaves has to be one of them, else it is refused. Asked
  // in calls of other services, too, whose references are visible_only.
  //
  // On gRPC's thread, or in the call's transaction: must not wait. May be asked
  // several times in a call. The base: all rows.
  virtual Query<Message> Scope(const CallContext& call, Query<Message> all);

  // The rows that a List, or an Aggregate, is asked for by fields of `request`
  // with `(modelservice.filter) = { custom: true }`: filter `all`. What the
  // other fields ask, Scope, the order and the pages are the method's. An error
  // is the call's.
  //
  // Where Scope is: must not wait. The base: all rows.
  virtual absl::StatusOr<Query<Message>> FilterList(
      const CallContext& call, const google::protobuf::Message& request,
      Query<Message> all);

  // Before an insert: `message` is the request's, and what it is now will be
  // checked and written.
  virtual absl::Status BeforeCreate(const CallContext& call, Transaction&,
                                    Message& message);
  // After it, before the commit: `message` is the row.
  virtual absl::Status AfterCreate(const CallContext& call, Transaction&,
                                   const Message& message);
  // Before an update or a partial one: `stored` is the row; `updated` is it
  // with the request's changes made, and is what will be written.
  virtual absl::Status BeforeUpdate(const CallContext& call, Transaction&,
                                    const Message& stored, Message& updated);
  // After it, before the commit: `message` is the row as it is now.
  virtual absl::Status AfterUpdate(const CallContext& call, Transaction&,
                                   const Message& message);
  // Before a delete: `message` is the row.
  virtual absl::Status BeforeDestroy(const CallContext& call, Transaction&,
                                     const Message& message);
  // After it, before the commit: `message` is the row that was.
  virtual absl::Status AfterDestroy(const CallContext& call, Transaction&,
                                    const Message& message);

  // The rows that this caller may see, for methods of the user's own: what
  // Scope and the method's permissions leave. Inside of the call's transaction
  // it is part of that.
  Query<Message> Visible(const CallContext& call) {
    return Scope(call, Query<Message>(Session(database())))
        .Filter(Condition<Message>(RowsFor(call)));
  }

  template <class Derived>
  static Overrides HookOverridesOf() {
    using Base = ModelService<Message>;
    Overrides o;
    o.SetHook(Overrides::kScope, MODELSERVICE_OVERRIDES(Derived, Base, Scope));
    o.SetHook(Overrides::kFilterList,
              MODELSERVICE_OVERRIDES(Derived, Base, FilterList));
    o.SetHook(Overrides::kBeforeCreate,
              MODELSERVICE_OVERRIDES(Derived, Base, BeforeCreate));
    o.SetHook(Overrides::kAfterCreate,
              MODELSERVICE_OVERRIDES(Derived, Base, AfterCreate));
    o.SetHook(Overrides::kBeforeUpdate,
              MODELSERVICE_OVERRIDES(Derived, Base, BeforeUpdate));
    o.SetHook(Overrides::kAfterUpdate,
              MODELSERVICE_OVERRIDES(Derived, Base, AfterUpdate));
    o.SetHook(Overrides::kBeforeDestroy,
              MODELSERVICE_OVERRIDES(Derived, Base, BeforeDestroy));
    o.SetHook(Overrides::kAfterDestroy,
              MODELSERVICE_OVERRIDES(Derived, Base, AfterDestroy));
    return o;
  }

 private:
  Expression ScopeOf(const CallContext& call) final {
    return Scope(call, Query<Message>(Session(database()))).rows().where;
  }
  absl::StatusOr<Expression> FilterOf(
      const CallContext& call, const google::protobuf::Message& request) final {
    auto query = FilterList(call, request, Query<Message>(Session(database())));
    if (!query.ok()) return query.status();
    return query->rows().where;
  }
  absl::Status RunBeforeCreate(const CallContext& call, Transaction& tx,
                               google::protobuf::Message& message) final {
    return BeforeCreate(call, tx, static_cast<Message&>(message));
  }
  absl::Status RunAfterCreate(const CallContext& call, Transaction& tx,
                              const google::protobuf::Message& message) final {
    return AfterCreate(call, tx, static_cast<const Message&>(message));
  }
  absl::Status RunBeforeUpdate(const CallContext& call, Transaction& tx,
                               const google::protobuf::Message& stored,
                               google::protobuf::Message& updated) final {
    return BeforeUpdate(call, tx, static_cast<const Message&>(stored),
                        static_cast<Message&>(updated));
  }
  absl::Status RunAfterUpdate(const CallContext& call, Transaction& tx,
                              const google::protobuf::Message& message) final {
    return AfterUpdate(call, tx, static_cast<const Message&>(message));
  }
  absl::Status RunBeforeDestroy(
      const CallContext& call, Transaction& tx,
      const google::protobuf::Message& message) final {
    return BeforeDestroy(call, tx, static_cast<const Message&>(message));
  }
  absl::Status RunAfterDestroy(const CallContext& call, Transaction& tx,
                               const google::protobuf::Message& message) final {
    return AfterDestroy(call, tx, static_cast<const Message&>(message));
  }
};

template <class Message>
Query<Message> ModelService<Message>::Scope(const CallContext&,
                                            Query<Message> all) {
  return all;
}
template <class Message>
absl::StatusOr<Query<Message>> ModelService<Message>::FilterList(
    const CallContext&, const google::protobuf::Message&, Query<Message> all) {
  return all;
}
template <class Message>
absl::Status ModelService<Message>::BeforeCreate(const CallContext&,
                                                 Transaction&, Message&) {
  return absl::OkStatus();
}
template <class Message>
absl::Status ModelService<Message>::AfterCreate(const CallContext&,
                                                Transaction&, const Message&) {
  return absl::OkStatus();
}
template <class Message>
absl::Status ModelService<Message>::BeforeUpdate(const CallContext&,
                                                 Transaction&, const Message&,
                                                 Message&) {
  return absl::OkStatus();
}
template <class Message>
absl::Status ModelService<Message>::AfterUpdate(const CallContext&,
                                                Transaction&, const Message&) {
  return absl::OkStatus();
}
template <class Message>
absl::Status ModelService<Message>::BeforeDestroy(const CallContext&,
                                                  Transaction&,
                                                  const Message&) {
  return absl::OkStatus();
}
template <class Message>
absl::Status ModelService<Message>::AfterDestroy(const CallContext&,
                                                 Transaction&, const Message&) {
  return absl::OkStatus();
}

}  // namespace modelservice

#endif  // MODELSERVICE_HANDLER_H_
