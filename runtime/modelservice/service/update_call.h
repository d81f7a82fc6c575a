// UPDATE and PARTIAL_UPDATE: new values for an existing row. Either one
// statement writes what was asked for, or the row is read first, locked, and
// what differs is written.
#ifndef MODELSERVICE_SERVICE_UPDATE_CALL_H_
#define MODELSERVICE_SERVICE_UPDATE_CALL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "modelservice/service/field_rights.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/stored_row.h"

namespace modelservice {

class UpdateCall final : public Operation {
 public:
  UpdateCall(const ServicePlan& service, const MethodPlan& plan,
             const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement),
        values_(*service.model),
        rights_(service, call) {}

  bool writes() const override;
  absl::Status Prepare(const google::protobuf::Message& request) override;
  absl::Status Touch() override;
  bool MayExplain(const absl::Status& status) const override;
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override;
  absl::Status OnRow(Row row) override;
  absl::Status Finish(const Outcome& outcome) override;
  absl::Status Run(Transaction& transaction) override;

 private:
  absl::Status Rewrite(Transaction& transaction,
                       const google::protobuf::Message& stored);

  // What of the request is for these columns and paths, into `row`.
  void Copy(absl::Span<const int> columns, absl::Span<const std::string> paths,
            google::protobuf::Message* row) const;

  // Whether no reply has the column of this row for the caller.
  bool IsHidden(int column, Row row) const;

  // What the request would change of the row, and may not.
  std::vector<Violation> ImmutableFaults(
      const google::protobuf::Message& stored, const RowValues& before) const;
  // The same of the row as it is in the database.
  std::vector<Violation> ImmutableFaults(Transaction& transaction);

  bool HasMask() const;

  // Whether a hook, or a receiver, may set all that is missing before the row
  // is checked as it will be.
  bool MayComeYet(absl::Span<const Violation> violations) const;

  // Whether the row has to be read for what is not to be written over with
  // less. What no client may write, but the row may have, is judged then.
  bool FindLosses();

  // What is wrong with the values of `columns`, and with what is not served.
  std::vector<Violation> Judge(const google::protobuf::Message& request,
                               const Change::Columns& columns) const;

  Change::Columns Judged() const;

  // What is wrong with the values that are judged once the row is read.
  std::vector<Violation> FaultsOfRest() const;
  // Of a row that cannot be compared.
  absl::Status JudgeRest();

  absl::Status CheckKey() const;

  // The row, if this caller may see it.
  Expression Mine() const { return Scope() && KeyIs(table(), values_.row()); }

  void ReadValues(const google::protobuf::Message& request);

  bool Writes(int column) const;

  // Of UpdateKeeping, in order.
  absl::InlinedVector<Value, 8> Parameters() const;

  absl::Status MakeStatement();

  // `stored` with the request's changes, and the hook's.
  absl::Status Merge(Transaction& transaction,
                     const google::protobuf::Message& stored,
                     google::protobuf::Message* updated);

  // Writes what differs from the stored row, and reads the row back into
  // `updated`.
  absl::Status WriteRow(Transaction& transaction,
                        const google::protobuf::Message& stored,
                        google::protobuf::Message& updated);

  Change change_;
  RowValues values_;
  std::vector<Value> given_;  // the key, as the client wrote it
  FieldRights rights_;
  bool reads_row_ = false;
  // Whether a row of which nothing is written is locked.
  bool locks_ = false;
  // Whether the values are what their columns are to hold.
  bool stored_values_ = false;
  std::vector<int> judged_later_;
  // Whether the row was asked for what may not be changed.
  bool judged_immutable_ = false;
  // It is read only for what is not to be written.
  bool spares_equal_ = false;
  std::shared_ptr<const RowSignals> signals_;
  // Of a statement for some of the columns.
  std::shared_ptr<const std::string> text_;
  // The reply is what was written, not what was read back.
  bool echoed_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_UPDATE_CALL_H_
