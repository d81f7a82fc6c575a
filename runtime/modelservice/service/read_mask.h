// What of a model's message a call asks for (AIP-157): a read_mask in its
// request, or else the metadata x-goog-fieldmask, which names fields of the
// reply, or else a view. What is not asked for is not selected either.
#ifndef MODELSERVICE_SERVICE_READ_MASK_H_
#define MODELSERVICE_SERVICE_READ_MASK_H_

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/status_details.h"
#include "modelservice/call_context.h"
#include "modelservice/orm/wire.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/plan.h"
#include "modelservice/sql/expression.h"
#include "modelservice/value.h"

namespace modelservice {

class ReadMask {
 public:
  // Of every field, until Read.
  ReadMask() = default;

  // Adds what is wrong with the mask to `violations`.
  void Read(const ServicePlan& service, const MethodPlan& plan,
            const google::protobuf::Message& request, const CallContext& call,
            std::vector<Violation>* violations);

  bool is_whole() const { return wanted_.empty(); }
  // Whether nothing of any row is asked for, but something beside them.
  bool is_of_no_row() const { return !is_whole() && mask_.paths_size() == 0; }
  // Of fields without a column: whether there is one to fill, and whether this
  // is one. Then rows are to be trimmed once they are filled.
  bool has_related() const { return !related_.empty(); }
  bool HasRelated(const RelatedField& field) const;

  // Puts NULL in place of what is not asked for. Those of `kept` are needed
  // besides.
  void Hide(absl::Span<const Ordering> kept,
            std::vector<Expression>* columns) const;
  // The same in a row at hand. Views `row`, or the mask until the next call.
  Row Hide(Row row ABSL_ATTRIBUTE_LIFETIME_BOUND) ABSL_ATTRIBUTE_LIFETIME_BOUND;

  // Appends the row as field `field` of a message, or, for 0, as it is; with
  // what it is filled by, where it is to be.
  absl::Status Encode(const RowCodec& codec, int field, Row row,
                      WireBuffer& wire);
  // Takes out of a message what is not asked for.
  void Trim(google::protobuf::Message* message) const;

 private:
  // Whether the path is one of the model's.
  bool Add(const ServicePlan& service, absl::string_view path);
  void AddRelated(const Model& model, const RelatedField& field);
  void ReadMetadata(const ServicePlan& service, const MethodPlan& plan,
                    absl::string_view paths,
                    std::vector<Violation>* violations);
  void ReadView(const ServicePlan& service, const MethodPlan& plan,
                const google::protobuf::Message& request,
                std::vector<Violation>* violations);
  void AddBasic(const Model& model);

  const google::protobuf::Message* prototype_ = nullptr;
  // Of each column, whether it is selected; empty: all.
  std::vector<bool> wanted_;
  std::vector<const RelatedField*> related_;
  bool has_nested_ = false;
  google::protobuf::FieldMask mask_;
  std::vector<Value> copy_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_READ_MASK_H_
