// Rows of any model in a file, one record each, in one of three formats:
//
//   JSON lines  {"model":"shop.Customer","row":{"id":"1","email":"a@b.c"}}
//   textproto   row { [type.googleapis.com/shop.Customer] { id: 1 } }
//   binary      google.protobuf.Any, each behind its length (varint-delimited)
//
// A record of a text format is a line. Not thread-safe.
#ifndef MODELSERVICE_MANAGE_ROW_RECORDS_H_
#define MODELSERVICE_MANAGE_ROW_RECORDS_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

enum class RecordFormat { kJsonLines, kTextProto, kBinary };

// What --format says; else by the file's ending; else JSON lines.
absl::StatusOr<RecordFormat> RecordFormatOf(
    const std::optional<std::string>& flag, absl::string_view path);

// Appends `message` as a record to `out`. INVALID_ARGUMENT, with the mend, for
// a message that the format has no form of.
absl::Status AppendRecord(const google::protobuf::Message& message,
                          RecordFormat format, std::string* out);

class RecordReader {
 public:
  // "-" is standard input, which is copied to a temporary file. The error is a
  // line that names the file.
  static absl::StatusOr<std::unique_ptr<RecordReader>> Open(
      const std::string& path, RecordFormat format);
  ~RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  // Whether there is another record, which is at hand now. Errors name the
  // place.
  absl::StatusOr<bool> Next();
  // From the start again.
  void Rewind();

  // Of the record at hand: the message's full name, and where it stands:
  // "dump.jsonl:12", "dump.binpb: record 12".
  const std::string& message_name() const { return name_; }
  std::string place() const;
  // Its fields into `message`, of that name. The error says what is wrong with
  // them, without the place.
  absl::Status Parse(google::protobuf::Message* message) const;

  int64_t bytes_read() const { return position_; }
  int64_t bytes() const { return size_; }

 private:
  RecordReader(std::string path, RecordFormat format, FILE* file);

  absl::StatusOr<bool> NextLine();
  absl::StatusOr<bool> NextBinary();
  absl::Status SplitJson();
  absl::Status SplitText();
  absl::Status Fault(absl::string_view fault) const;

  const std::string path_;
  const RecordFormat format_;
  FILE* const file_;
  int64_t size_ = 0;
  int64_t position_ = 0;
  int64_t number_ = 0;  // of the line, or the record
  std::string record_;
  char* line_ = nullptr;  // of getline
  size_t capacity_ = 0;
  std::string name_;
  absl::string_view body_;  // of record_: the row's fields
};

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_ROW_RECORDS_H_
