// Permissions of a program's own, which access expressions in options name:
// "authenticated & (is_staff | same_team)".
//
//   class IsStaff : public modelservice::Permission {
//    public:
//     bool Allows(const CallContext& call) override {
//       return call.principal().HasClaim("staff", "true");
//     }
//   };
//   // Object level: part of the query, so that other rows are never read.
//   class SameTeam : public modelservice::ObjectPermission<Customer> {
//    public:
//     Condition<Customer> Rows(const CallContext& call) override {
//       return CustomerModel::team ==
//              call.principal().Claim("team").value_or("");
//     }
//   };
//
//   registry.AddPermission<IsStaff>("is_staff");
//   registry.AddPermission<SameTeam>("same_team");
//
// Ownership: the registry's, and then the server's; `call` lives until the
// function returns. Threads: one object serves every call of a server, from
// many threads at once. Errors: none; a permission that throws refuses the call
// with INTERNAL, and its words are in the log.
#ifndef MODELSERVICE_PERMISSION_H_
#define MODELSERVICE_PERMISSION_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/call_context.h"
#include "modelservice/column.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// Request level: yes or no for the whole call.
class Permission {
 public:
  virtual ~Permission() = default;
  // Whether the caller may make this call. Asked only where it matters: not if
  // the rest of an expression decides.
  virtual bool Allows(const CallContext& call) = 0;
  // Whether Allows may wait, for a database or another server: then it runs on
  // the executor, else on gRPC's thread, where waiting is refused in words.
  virtual bool blocking() const { return false; }
};

// Object level, for any model. Derive from ObjectPermission.
class RowPermission {
 public:
  virtual ~RowPermission() = default;
  virtual Expression RowsOf(const CallContext& call) = 0;
  virtual const Model& model() const = 0;
};

// Object level: the rows of the model that the caller has a right to. None are
// `column.In({})`. What a Create or an Update leaves has to be one of them; the
// call itself is refused only when there is no row at all.
template <class Message>
class ObjectPermission : public RowPermission {
 public:
  // On gRPC's thread: must not wait.
  virtual Condition<Message> Rows(const CallContext& call) = 0;

  Expression RowsOf(const CallContext& call) final {
    return Rows(call).expression();
  }
  const Model& model() const final { return ModelOf<Message>::Get(); }
};

// The permissions of one program, by name. Filled before the server starts, and
// outlives what is made of it.
class PermissionNames {
 public:
  // P is a Permission or an ObjectPermission. A name that is none, or that is
  // taken, is told of by status().
  template <class P, class... Arguments>
  void Add(absl::string_view name, Arguments&&... arguments) {
    Put(name, std::make_unique<P>(std::forward<Arguments>(arguments)...));
  }

  // INVALID_ARGUMENT for the first name that could not be added.
  const absl::Status& status() const { return status_; }

  // Null when there is none of that level.
  Permission* FindRequestLevel(absl::string_view name) const;
  RowPermission* FindObjectLevel(absl::string_view name) const;
  // Sorted.
  std::vector<std::string> names() const;

 private:
  struct Entry {
    std::unique_ptr<Permission> request_level;
    std::unique_ptr<RowPermission> object_level;
  };

  void Put(absl::string_view name, std::unique_ptr<Permission> permission);
  void Put(absl::string_view name, std::unique_ptr<RowPermission> permission);
  void Put(absl::string_view name, Entry entry);

  std::map<std::string, Entry> entries_;
  absl::Status status_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_PERMISSION_H_
