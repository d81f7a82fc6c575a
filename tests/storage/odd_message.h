// Messages of any generated type with random values, and with those that a
// database, JSON or both have no form for.
#ifndef MODELSERVICE_TESTS_STORAGE_ODD_MESSAGE_H_
#define MODELSERVICE_TESTS_STORAGE_ODD_MESSAGE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>

namespace storage {

// The same seed gives the same messages.
class OddMessage {
 public:
  explicit OddMessage(uint64_t seed) : engine_(seed) {}

  // Values that a model must be able to store: the strangest that there are.
  // With `faults`, now and then one that it may not.
  void Fill(google::protobuf::Message* message, bool faults);

  // Changes bytes of a message's wire format, here and there.
  void Damage(std::string* bytes);

  int64_t Number(int64_t least, int64_t most);
  bool OneIn(int64_t n) { return Number(1, n) == 1; }

 private:
  using Message = google::protobuf::Message;
  using Field = google::protobuf::FieldDescriptor;

  void FillFields(Message* message, int depth);
  void SetField(Message* message, const Field* field, int depth);
  void SetWellKnown(Message* message, int depth, bool* done);
  void SetAny(Message* message, int depth);
  void SetPaths(Message* message);
  void SetValue(Message* message, int depth);
  void AddUnknown(Message* message);
  // A chain of a message in itself, if its type has such a field.
  void Nest(Message* message);
  bool Fault() { return faults_ && OneIn(60); }
  std::string Characters(bool may_be_malformed);
  std::string Bytes(int64_t most);
  double Real();
  int64_t Integer(int64_t least, int64_t most);

  std::mt19937_64 engine_;
  bool faults_ = false;
};

}  // namespace storage

#endif  // MODELSERVICE_TESTS_STORAGE_ODD_MESSAGE_H_
