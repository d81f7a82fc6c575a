// The standard methods of the integration tests' services, for a fuzzer: what
// may be called, and how the answer of one makes the request of another.
#ifndef MODELSERVICE_TESTS_FUZZ_STANDARD_METHODS_H_
#define MODELSERVICE_TESTS_FUZZ_STANDARD_METHODS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "modelservice/registry.h"

namespace modelservice {

// A model with every kind of field, one with every rule, references, a key of
// two fields, and proto2.
void RegisterServices(Registry& registry);
// Deletes the rows of their tables.
extern const char kDeleteRows[];

// All methods of these, in the same order always.
const std::vector<const google::protobuf::MethodDescriptor*>& StandardMethods();

std::string PathOf(const google::protobuf::MethodDescriptor& method);

std::unique_ptr<google::protobuf::Message> NewMessage(
    const google::protobuf::Descriptor* type);

// The method of the same service whose name starts with either.
const google::protobuf::MethodDescriptor& Sibling(
    const google::protobuf::MethodDescriptor& method, const char* django,
    const char* google);

// A request of this type with the fields of `row` that have the same names: its
// key.
std::string KeyOf(const google::protobuf::Message& row,
                  const google::protobuf::Descriptor* request);

// The text field of that name; empty when there is none. And bytes that set it,
// at the end of others.
std::string TextIn(const google::protobuf::Message& message, const char* name);
std::string BytesWith(const google::protobuf::Descriptor* type,
                      const char* name, const std::string& text);

// The rows of a page.
std::vector<const google::protobuf::Message*> RowsIn(
    const google::protobuf::Message& page,
    const google::protobuf::Descriptor* type);

// NaN equals NaN.
bool EqualRows(const google::protobuf::Message& a,
               const google::protobuf::Message& b);

}  // namespace modelservice

#endif  // MODELSERVICE_TESTS_FUZZ_STANDARD_METHODS_H_
