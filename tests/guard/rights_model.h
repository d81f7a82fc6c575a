// Who may do what to the sheets of rights.proto, worked out in memory from the
// rules as the documentation has them.
#ifndef MODELSERVICE_TESTS_GUARD_RIGHTS_MODEL_H_
#define MODELSERVICE_TESTS_GUARD_RIGHTS_MODEL_H_

#include <grpcpp/support/status_code_enum.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "rights.pb.h"

namespace rights {

struct Caller {
  std::string subject;
  std::string tenant;
  bool reader = false;
  bool writer = false;

  std::map<std::string, std::string> metadata() const {
    if (subject.empty()) return {};
    return {{"x-caller",
             absl::StrCat(subject, reader ? " reader" : "",
                          writer ? " writer" : "", " tenant=", tenant)}};
  }
};

// The columns with a rule for reading and one for writing, which their names
// say.
inline constexpr const char* kRuled[] = {"nn", "nw", "nd", "rn", "rw",
                                         "rd", "on", "ow", "od"};

class Column {
 public:
  explicit Column(const std::string& name)
      : reads_(name[0]),
        writes_(name[1]),
        field_(*Sheet::descriptor()->FindFieldByName(name)) {}

  // Whether there are no rows at all in which the caller may.
  bool NeverReads(const Caller& caller) const {
    return reads_ == 'r' && !caller.reader;
  }
  bool Reads(const Caller& caller, const Sheet& row) const {
    return reads_ == 'n' || (reads_ == 'r' && caller.reader) ||
           (reads_ == 'o' && row.owner() == caller.subject);
  }
  bool Writes(const Caller& caller, const Sheet& row) const {
    return writes_ == 'n' || (writes_ == 'w' && caller.writer) ||
           (writes_ == 'd' && row.draft());
  }

  // None where it is absent; an implicit 0 is, too.
  std::optional<int64_t> Get(const Sheet& row) const {
    const auto& reflection = *row.GetReflection();
    if (!reflection.HasField(row, &field_)) return std::nullopt;
    return reflection.GetInt64(row, &field_);
  }
  void Set(std::optional<int64_t> value, Sheet* row) const {
    const auto& reflection = *row->GetReflection();
    if (value.has_value()) {
      reflection.SetInt64(row, &field_, *value);
    } else {
      reflection.ClearField(row, &field_);
    }
  }

 private:
  const char reads_;
  const char writes_;
  const google::protobuf::FieldDescriptor& field_;
};

// What a call is answered; of a write the row as it is then, unmasked.
struct Expected {
  grpc::StatusCode code = grpc::StatusCode::OK;
  Sheet row;
};

// How an update says what it writes.
struct Form {
  enum Kind { kWhole, kNamed, kSetFields };
  Kind kind;
  std::set<std::string> names;  // kNamed

  bool Asks(const std::string& name, bool is_set) const {
    switch (kind) {
      case kWhole:
        return true;
      case kNamed:
        return names.count(name) > 0;
      case kSetFields:
        break;
    }
    return is_set;
  }
};

class Memory {
 public:
  // `scoped`: whether one's tenant's rows, and shared drafts, are all that
  // there is.
  explicit Memory(bool scoped) : scoped_(scoped) {}

  std::map<int64_t, Sheet>& rows() { return rows_; }

  bool Sees(const Caller& caller, const Sheet& row) const {
    return !scoped_ || row.tenant() == caller.tenant ||
           (row.tenant() == "shared" && row.draft());
  }
  const Sheet* Find(const Caller& caller, int64_t id) const {
    const auto row = rows_.find(id);
    return row == rows_.end() || !Sees(caller, row->second) ? nullptr
                                                            : &row->second;
  }

  // As the caller may see it.
  static Sheet Masked(const Caller& caller, const Sheet& row) {
    Sheet seen = row;
    for (const char* name : kRuled) {
      const Column column(name);
      if (!column.Reads(caller, row)) column.Set(std::nullopt, &seen);
    }
    return seen;
  }

  Expected Create(const Caller& caller, const Sheet& request) const {
    Sheet row = request;
    row.set_owner(caller.subject);
    bool allowed = Sees(caller, row);
    for (const char* name : kRuled) {
      const Column column(name);
      const bool sent = column.Get(request).has_value();
      allowed = allowed && (!sent || column.Writes(caller, row));
    }
    if (!allowed) return {grpc::StatusCode::PERMISSION_DENIED, {}};
    return {grpc::StatusCode::OK, row};
  }

  // Of a row that the caller sees.
  Expected Update(const Caller& caller, const Sheet& stored,
                  const Sheet& request, const Form& form) const {
    Sheet row = stored;
    if (form.Asks("tenant", !request.tenant().empty())) {
      row.set_tenant(request.tenant());
    }
    if (form.Asks("draft", request.draft())) row.set_draft(request.draft());
    bool allowed = Sees(caller, row);
    for (const char* name : kRuled) {
      const Column column(name);
      const std::optional<int64_t> value = column.Get(request);
      if (!form.Asks(name, value.has_value())) continue;
      const bool reads = column.Reads(caller, stored);
      const bool writes = column.Writes(caller, stored);
      const bool left_out = form.kind == Form::kWhole && !value.has_value();
      if (left_out && !(reads && writes)) continue;
      if (reads && value == column.Get(stored)) continue;
      allowed = allowed && writes && column.Writes(caller, row);
      column.Set(value, &row);
    }
    if (!allowed) return {grpc::StatusCode::PERMISSION_DENIED, {}};
    return {grpc::StatusCode::OK, row};
  }

 private:
  const bool scoped_;
  std::map<int64_t, Sheet> rows_;
};

}  // namespace rights

#endif  // MODELSERVICE_TESTS_GUARD_RIGHTS_MODEL_H_
