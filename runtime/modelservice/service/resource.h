// What a writing request is about: the resource in it and the columns of it
// that are to be written.
#ifndef MODELSERVICE_SERVICE_RESOURCE_H_
#define MODELSERVICE_SERVICE_RESOURCE_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// The resource of a request that is one or has one. INVALID_ARGUMENT when its
// field is absent.
absl::StatusOr<const google::protobuf::Message*> ResourceOf(
    const MethodPlan& plan, const google::protobuf::Message& request);

// The resource that a request has as fields of its own, side by side.
std::unique_ptr<google::protobuf::Message> MakeResource(
    const Model& model, const MethodPlan& plan,
    const google::protobuf::Message& request);

// What an Update or PartialUpdate is to write.
struct Change {
  using Columns = absl::InlinedVector<int, 16>;

  // Null where the request has its fields as its own, and nobody needs it.
  const google::protobuf::Message* resource = nullptr;
  // The resource, where it had to be made of the request's fields.
  std::unique_ptr<google::protobuf::Message> made;
  // The columns to write, in order.
  Columns columns;
  // All that may be written, since no mask says what, or one says "*".
  bool whole = false;
  // Mask paths into messages: "address.city". Written by reading the row first.
  std::vector<std::string> nested_paths;
  // Paths to IMMUTABLE columns, and into them, which must be as they are
  // (AIP-203): those that a mask names, and what is sent where all is written.
  std::vector<std::string> immutable_paths;
};

// The mask's fields for a request with one that is not empty; else every field
// for an Update, and those that are set for a PartialUpdate. Never the key,
// OUTPUT_ONLY or IMMUTABLE ones. INVALID_ARGUMENT for an unknown path in
// update_mask. Change::resource is there when it `needs_resource`, or when
// plan.reads_values is false.
absl::Status ReadChange(const ServicePlan& service, const MethodPlan& plan,
                        const google::protobuf::Message& request,
                        bool needs_resource, Change* change);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_RESOURCE_H_
