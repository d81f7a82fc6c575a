#include "handwritten/postgres/connection.h"

#include <endian.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace handwritten::postgres {
namespace {

constexpr int kBinary = 1;

uint64_t Number(const char* bytes) {
  uint64_t number;
  std::memcpy(&number, bytes, sizeof(number));
  return be64toh(number);
}

absl::string_view Text(const PGresult* result, int row, int column) {
  return {PQgetvalue(result, row, column),
          static_cast<size_t>(PQgetlength(result, row, column))};
}

}  // namespace

void Parameters::Add(int64_t value) {
  const uint64_t number = htobe64(static_cast<uint64_t>(value));
  std::memcpy(numbers_[count_], &number, sizeof(number));
  AddBytes(numbers_[count_], sizeof(number));
}

void Parameters::Add(bool value) {
  numbers_[count_][0] = value ? 1 : 0;
  AddBytes(numbers_[count_], 1);
}

void Parameters::Add(double value) {
  int64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  Add(bits);
}

void Parameters::Add(absl::string_view value) {
  // A null pointer would be NULL, which an empty text is not.
  AddBytes(value.empty() ? "" : value.data(), static_cast<int>(value.size()));
}

void Parameters::AddBytes(const char* bytes, int size) {
  values_[count_] = bytes;
  sizes_[count_] = size;
  formats_[count_] = kBinary;
  ++count_;
}

absl::Status Result::Error() const {
  const char* const field = PQresultErrorField(handle_.get(), PG_DIAG_SQLSTATE);
  const absl::string_view state = field == nullptr ? "" : field;
  const absl::string_view text = PQresultErrorMessage(handle_.get());
  if (state == "23505") return absl::AlreadyExistsError(text);
  // Other constraints, and values that a column cannot hold.
  if (absl::StartsWith(state, "23") || absl::StartsWith(state, "22")) {
    return absl::InvalidArgumentError(text);
  }
  return absl::UnavailableError(text);
}

int64_t Result::ChangedRows() const {
  int64_t rows = 0;
  (void)absl::SimpleAtoi(PQcmdTuples(handle_.get()), &rows);
  return rows;
}

int64_t Result::Key(int row) const {
  return static_cast<int64_t>(Number(PQgetvalue(handle_.get(), row, 0)));
}

UserRow Result::Row(int row) const {
  const PGresult* const result = handle_.get();
  UserRow user;
  user.id = Key(row);
  user.username = Text(result, row, 1);
  user.email = Text(result, row, 2);
  user.created_at = static_cast<int64_t>(Number(PQgetvalue(result, row, 3)));
  user.is_active = *PQgetvalue(result, row, 4) != 0;
  const uint64_t score = Number(PQgetvalue(result, row, 5));
  std::memcpy(&user.score, &score, sizeof(score));
  return user;
}

absl::StatusOr<Connection> Connection::Open(const std::string& url) {
  Connection connection;
  connection.handle_.reset(PQconnectdb(url.c_str()));
  PGconn* const handle = connection.handle_.get();
  // Not blocking: both sides would wait for each other to read, once what is
  // sent and what comes back are larger than the socket's buffers.
  if (PQstatus(handle) != CONNECTION_OK ||
      PQsetClientEncoding(handle, "UTF8") != 0 ||
      PQsetnonblocking(handle, 1) != 0 || PQenterPipelineMode(handle) != 1) {
    return connection.Lost();
  }
  return connection;
}

bool Connection::SendPrepare(const std::string& name, const std::string& sql) {
  return PQsendPrepare(handle_.get(), name.c_str(), sql.c_str(), 0, nullptr) !=
         0;
}

bool Connection::SendPrepared(const char* name, const Parameters& parameters) {
  return PQsendQueryPrepared(handle_.get(), name, parameters.count_,
                             parameters.values_, parameters.sizes_,
                             parameters.formats_, kBinary) != 0;
}

bool Connection::SendText(const char* sql) {
  return PQsendQueryParams(handle_.get(), sql, 0, nullptr, nullptr, nullptr,
                           nullptr, kBinary) != 0;
}

bool Connection::SendSync() { return PQpipelineSync(handle_.get()) != 0; }

absl::StatusOr<Result> Connection::Receive() {
  PGconn* const handle = handle_.get();
  while (PQisBusy(handle)) {
    const int unsent = PQflush(handle);
    if (unsent < 0) return Lost();
    pollfd socket = {PQsocket(handle), POLLIN, 0};
    if (unsent > 0) socket.events |= POLLOUT;
    if (poll(&socket, 1, -1) < 0 && errno != EINTR) return Lost();
    if ((socket.revents & ~POLLOUT) != 0 && PQconsumeInput(handle) == 0) {
      return Lost();
    }
  }
  Result result(PQgetResult(handle));
  // A statement's result has a null one behind it; a sync's has none.
  if (result.kind() != PGRES_PIPELINE_SYNC) PQclear(PQgetResult(handle));
  if (PQstatus(handle) != CONNECTION_OK) return Lost();
  return result;
}

absl::Status Connection::ReceiveUntilSync(absl::Status* committed) {
  for (;;) {
    auto result = Receive();
    if (!result.ok()) return result.status();
    if (result->kind() == PGRES_PIPELINE_SYNC) return absl::OkStatus();
    if (!result->ok() && committed->ok()) *committed = result->Error();
  }
}

absl::Status Connection::Lost() const {
  return absl::UnavailableError(
      absl::StrCat("PostgreSQL: ", PQerrorMessage(handle_.get())));
}

absl::Status LostConnection() {
  return absl::UnavailableError("PostgreSQL: the connection is lost");
}

}  // namespace handwritten::postgres
