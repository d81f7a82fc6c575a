// Changes of protocol buffers, for fuzzers: what comes of it is a message
// again, so that it is not its parser alone that is tried.
//
//   extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
//                                             size_t most, unsigned seed) {
//     FileDescriptorProto file;
//     if (!file.ParseFromArray(data, size)) ...
//     MutateMessage(&file, seed);
//     ...
//   }
#ifndef MODELSERVICE_TESTS_FUZZ_MESSAGE_MUTATOR_H_
#define MODELSERVICE_TESTS_FUZZ_MESSAGE_MUTATOR_H_

#include <google/protobuf/message.h>

#include <string>

namespace modelservice {

// Sets, changes, doubles, moves or clears one thing in `message` or in a
// message inside of it, extensions that are linked in too. Strings come from
// elsewhere in the message, from lists of odd ones, or from libFuzzer's
// changes. The same seed does the same.
void MutateMessage(google::protobuf::Message* message, unsigned seed);

// Bytes by libFuzzer's own mutator; as they are where there is no libFuzzer.
std::string MutateBytes(std::string bytes);

}  // namespace modelservice

#endif  // MODELSERVICE_TESTS_FUZZ_MESSAGE_MUTATOR_H_
