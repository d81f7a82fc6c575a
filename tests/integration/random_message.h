// Messages with random fields, for tests that compare.
#ifndef MODELSERVICE_TESTS_INTEGRATION_RANDOM_MESSAGE_H_
#define MODELSERVICE_TESTS_INTEGRATION_RANDOM_MESSAGE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace integration {

// The same seed gives the same messages.
class RandomMessage {
 public:
  explicit RandomMessage(int seed)
      : engine_(static_cast<std::mt19937_64::result_type>(seed)) {}

  // Sets about half of the fields, now and then to a value that is no good.
  void Fill(google::protobuf::Message* message) { Fill(message, 0); }

  int64_t Number(int64_t least, int64_t most);
  std::string Letters(int64_t least, int64_t most);

 private:
  using Field = google::protobuf::FieldDescriptor;

  void Fill(google::protobuf::Message* message, int depth);
  void SetField(google::protobuf::Message* message, const Field* field,
                int depth);
  void SetText(google::protobuf::Message* message, const Field* field);
  void SetMessage(google::protobuf::Message* message, const Field* field,
                  int depth);
  // Text of any characters but NUL, or with a certain form for a certain name.
  std::string TextFor(const std::string& field);
  std::string Characters();
  int64_t Integer(int64_t least, int64_t most);
  double Real();

  std::mt19937_64 engine_;
};

// The fields of a message, as paths of field numbers.
using FieldPaths = std::vector<std::vector<int>>;

// Wire format without some of the fields; all else is left as it is.
std::string WithoutFields(const std::string& bytes, const FieldPaths& paths);

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_RANDOM_MESSAGE_H_
