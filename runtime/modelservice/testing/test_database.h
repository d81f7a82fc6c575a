// Databases of tests: which there are, what is in them, and what was asked of
// them.
//
//   class Shelves : public testing::TestWithParam<std::string> {};
//   INSTANTIATE_TEST_SUITE_P(, Shelves,
//                            testing::ValuesIn(modelservice::TestDatabases()));
//
//   TEST_P(Shelves, AreCounted) {
//     auto url = modelservice::NewTestDatabase(GetParam());
//     ...
//     auto books = modelservice::AddRows<Book>(
//         server->database(), {R"(title: "Emma")", R"(title: "Persuasion")"});
//     const modelservice::StatementCounter statements(server->database());
//     ...
//     EXPECT_EQ(statements.count(), 1);
//   }
#ifndef MODELSERVICE_TESTING_TEST_DATABASE_H_
#define MODELSERVICE_TESTING_TEST_DATABASE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/database.h"
#include "modelservice/objects.h"

namespace modelservice {

// "sqlite" and "postgres": both, so that a test of the second says that it was
// skipped where there is none.
std::vector<std::string> TestDatabases();

// The URL of a new, empty one of that kind, for TestServer's settings; of
// SQLite empty, for TestServer makes the file. NotFound where this machine has
// no PostgreSQL server.
absl::StatusOr<std::string> NewTestDatabase(absl::string_view kind);

// How many statements a database ran since this was made, for every caller,
// those of transactions without their BEGIN and COMMIT.
class StatementCounter {
 public:
  // The database outlives it.
  explicit StatementCounter(Database& database)
      : log_(database.statement_log()), before_(log_.statements()) {}
  int64_t count() const { return log_.statements() - before_; }

 private:
  StatementLog& log_;
  const int64_t before_;
};

// INVALID_ARGUMENT with the place in the text.
absl::Status ParseTextproto(absl::string_view text,
                            google::protobuf::Message* message);

// Rows from textproto, past every service, as they are stored: with the keys
// that the database gave them.
template <class Message>
absl::StatusOr<std::vector<Message>> AddRows(
    Database& database, std::initializer_list<absl::string_view> textprotos) {
  std::vector<Message> rows;
  Objects<Message> objects(database);
  for (const absl::string_view text : textprotos) {
    Message row;
    auto status = ParseTextproto(text, &row);
    if (status.ok()) status = objects.Create(&row);
    if (!status.ok()) return status;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_TEST_DATABASE_H_
