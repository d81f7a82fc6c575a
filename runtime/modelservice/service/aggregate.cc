// AGGREGATE: counts, sums, averages, least and greatest values of the rows that
// a List would have, for each group of them.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/base/compat.h"
#include "modelservice/errors.h"
#include "modelservice/orm/column_encoder.h"
#include "modelservice/service/listing.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/reply_size.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using GroupRole = GroupField::Role;

class Aggregate final : public Operation {
 public:
  Aggregate(const ServicePlan& service, const MethodPlan& plan,
            const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement), listing_(service, plan) {}

  absl::Status Prepare(const Message& request) override {
    if (auto status = listing_.Read(request, call_); !status.ok()) {
      return status;
    }
    const Descriptor& group = *plan_.method->reply()
                                   .GetDescriptor()
                                   ->FindFieldByNumber(plan_.method->rows_field)
                                   ->message_type();
    if (auto status = ReadGroupBy(request, group); !status.ok()) {
      return status;
    }
    readable_ = HasReadRules(call_) ? ReadableColumns(service_, call_)
                                    : service_.projection->columns();
    Select select;
    // Keys first: the groups are by the first columns.
    for (const bool keys : {true, false}) {
      for (const GroupField& field : plan_.method->group_fields) {
        if ((field.role == GroupRole::kKey) == keys && IsAsked(field)) {
          Add(field, *group.FindFieldByNumber(field.number), &select);
        }
      }
      if (keys) select.group_by_first = static_cast<int>(parts_.size());
    }
    select.from = TableName(table());
    select.where = listing_.where();
    statement_ = Write(select, dialect());
    return absl::OkStatus();
  }

  absl::Status OnRow(Row row) override {
    ++rows_;
    const size_t begin = reply_.BeginMessage(plan_.method->rows_field);
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (row[i].is_null()) continue;
      if (auto status = EncodePart(parts_[i], row[i]); !status.ok()) {
        return status;
      }
    }
    reply_.EndLength(begin);
    return CheckReplySize(service_, reply_.size(), "ask for fewer groups");
  }

  absl::Status Finish(const Outcome&) override { return absl::OkStatus(); }

  // SQLite adds whole numbers to no more than 64 bits, and names no column.
  bool MayExplain(const absl::Status& status) const override {
    return absl::IsOutOfRange(status) && !HasErrorInfo(status);
  }
  absl::Status Explain(Transaction&, const absl::Status& status) override {
    std::vector<std::string> sums;
    for (const GroupField& field : plan_.method->group_fields) {
      if (field.role == GroupRole::kSum &&
          SumOf(field.column).type == FieldType::kInt64) {
        sums.push_back(NameOf(field.number));
      }
    }
    return sums.empty() ? status
                        : NoRoom(absl::StrJoin(sums, ", "), status.message());
  }

 private:
  // A column of the statement, and the field that it is.
  struct Part {
    Column column;
    ColumnForm form;
    int number;
  };

  bool IsAsked(const GroupField& field) const {
    return field.role != GroupRole::kKey || !has_group_by_ ||
           std::find(group_by_.begin(), group_by_.end(), field.column) !=
               group_by_.end();
  }

  absl::Status ReadGroupBy(const Message& request, const Descriptor& group) {
    const MethodPlan::Field* const names =
        plan_.Find(RequestField::Role::kGroupBy);
    if (names == nullptr) return absl::OkStatus();
    has_group_by_ = true;
    std::vector<Violation> violations;
    const auto& reflection = *request.GetReflection();
    for (int i = 0; i < reflection.FieldSize(request, names->descriptor); ++i) {
      const std::string name =
          reflection.GetRepeatedString(request, names->descriptor, i);
      const auto* const field = group.FindFieldByName(name);
      const auto& fields = plan_.method->group_fields;
      const auto* const key =
          std::find_if(fields.begin(), fields.end(), [&](const auto& each) {
            return field != nullptr && each.role == GroupRole::kKey &&
                   each.number == field->number();
          });
      if (key != fields.end()) {
        group_by_.push_back(key->column);
        continue;
      }
      violations.push_back(
          {absl::StrCat(compat::Str(names->descriptor->name()), "[", i, "]"),
           absl::StrCat("\"", name, "\" is nothing to group by.")});
    }
    return violations.empty() ? absl::OkStatus() : InvalidArgument(violations);
  }

  void Add(const GroupField& field, const FieldDescriptor& into,
           Select* select) {
    const Expression operand =
        field.column < 0 ? Expression::True()
                         : readable_[static_cast<size_t>(field.column)];
    switch (field.role) {
      case GroupRole::kKey:
        select->columns.push_back(operand);
        // Not by what a rule leaves of a column, which has parameters.
        if (operand.As<Expression::ColumnNode>() != nullptr) {
          select->order.push_back(
              {operand, /*descending=*/false,
               table().columns[static_cast<size_t>(field.column)].nullable});
        }
        return AddPart(OfColumn(field.column), field, into);
      case GroupRole::kMin:
      case GroupRole::kMax:
        select->columns.push_back(Expression::Aggregate(
            field.role == GroupRole::kMin ? AggregateFunction::kMin
                                          : AggregateFunction::kMax,
            operand));
        return AddPart(OfColumn(field.column), field, into);
      case GroupRole::kCount:
        select->columns.push_back(
            Expression::Aggregate(AggregateFunction::kCount, operand));
        return AddPart(Column("count", 1, FieldType::kInt64), field, into);
      case GroupRole::kAverage:
        select->columns.push_back(
            Expression::Aggregate(AggregateFunction::kAverage, operand));
        return AddPart(Column("average", 1, FieldType::kDouble), field, into);
      case GroupRole::kSum:
        select->columns.push_back(
            Expression::Aggregate(AggregateFunction::kSum, operand));
        return AddPart(SumOf(field.column), field, into);
    }
  }

  Column OfColumn(int column) const {
    return table().columns[static_cast<size_t>(column)];
  }
  Column SumOf(int column) const {
    switch (OfColumn(column).type) {
      case FieldType::kString:
        return Column("sum", 1, FieldType::kString);
      case FieldType::kFloat:
      case FieldType::kDouble:
        return Column("sum", 1, FieldType::kDouble);
      default:
        return Column("sum", 1, FieldType::kInt64);
    }
  }

  void AddPart(Column column, const GroupField& field,
               const FieldDescriptor& into) {
    const bool is_message = into.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    column.wrapper = is_message && column.type != FieldType::kTimestamp &&
                     column.type != FieldType::kDuration;
    column.presence = into.has_presence();
    const bool has_form =
        (field.role == GroupRole::kKey || field.role == GroupRole::kMin ||
         field.role == GroupRole::kMax) &&
        !service_.forms.empty();
    parts_.push_back({column,
                      has_form
                          ? service_.forms[static_cast<size_t>(field.column)]
                          : ColumnForm(),
                      into.number()});
  }

  absl::Status EncodePart(const Part& part, Value value) {
    // By the number that the model has for it, and then by the reply's.
    scratch_.clear();
    const Fault fault =
        EncodeColumn(model(), part.column, part.form, value, scratch_);
    if (fault != kFine) {
      return NoRoom(NameOf(part.number), fault);
    }
    if (scratch_.size() == 0) return absl::OkStatus();
    absl::string_view bytes = scratch_.bytes();
    const auto type = static_cast<WireBuffer::WireType>(bytes[0] & 7);
    while ((bytes[0] & 0x80) != 0) bytes.remove_prefix(1);
    bytes.remove_prefix(1);
    reply_.Tag(part.number, type);
    reply_.Raw(bytes);
    return absl::OkStatus();
  }

  static absl::Status NoRoom(absl::string_view fields,
                             absl::string_view fault) {
    return ErrorWithReason(
        absl::StatusCode::kOutOfRange,
        absl::StrCat(fields, ": What comes out has no room here: ", fault, "."),
        "OUT_OF_RANGE");
  }

  std::string NameOf(int number) const {
    return compat::Str(GroupType().FindFieldByNumber(number)->name());
  }

  const Descriptor& GroupType() const {
    return *plan_.method->reply()
                .GetDescriptor()
                ->FindFieldByNumber(plan_.method->rows_field)
                ->message_type();
  }

  Listing listing_;
  bool has_group_by_ = false;
  std::vector<int> group_by_;
  std::vector<Expression> readable_;
  std::vector<Part> parts_;
  WireBuffer scratch_;
};

}  // namespace

void MakeAggregate(const ServicePlan& service, const MethodPlan& plan,
                   const CallContext& call, Statement& statement,
                   OperationBox* box) {
  box->Make<Aggregate>(service, plan, call, statement);
}

}  // namespace modelservice
