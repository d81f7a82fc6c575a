// Messages as bytes that are the same whenever the messages are: of maps in the
// order of their keys.
#ifndef MODELSERVICE_SERVICE_SAME_BYTES_H_
#define MODELSERVICE_SERVICE_SAME_BYTES_H_

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include <string>

namespace modelservice {

// Within one build of a program.
inline std::string SerializeTheSame(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    (void)message.SerializePartialToCodedStream(&out);
  }
  return bytes;
}

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_SAME_BYTES_H_
