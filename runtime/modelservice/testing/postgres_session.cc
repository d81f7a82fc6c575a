#include "modelservice/testing/postgres_session.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace modelservice {
namespace {

// https://www.postgresql.org/docs/current/protocol-message-formats.html
constexpr uint32_t kProtocolVersion = 3 << 16;

std::string BigEndian(uint32_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) {
    bytes += static_cast<char>(number >> shift);
  }
  return bytes;
}

// A message's length counts itself.
std::string WithLength(absl::string_view body) {
  return absl::StrCat(BigEndian(static_cast<uint32_t>(body.size() + 4)), body);
}

absl::Status Lost(absl::string_view what) {
  return absl::UnavailableError(
      absl::StrCat("PostgreSQL cannot be ", what, ": ",
                   std::generic_category().message(errno)));
}

// Of fields that start with their kind and end with a zero: M is for people.
std::string MessageOf(absl::string_view fields) {
  for (const absl::string_view field : absl::StrSplit(fields, '\0')) {
    if (!field.empty() && field[0] == 'M') return std::string(field.substr(1));
  }
  return "PostgreSQL says no more";
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresSession>> PostgresSession::Open(
    const std::string& socket) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError("the path of the socket is too long");
  }
  memcpy(address.sun_path, socket.data(), socket.size());
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return Lost("reached");
  std::unique_ptr<PostgresSession> session(new PostgresSession(descriptor));
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    return Lost("reached");
  }
  std::string start = BigEndian(kProtocolVersion);
  for (const char* word : {"user", "postgres", "database", "postgres"}) {
    start.append(word).push_back('\0');
  }
  start.push_back('\0');
  absl::Status status = session->Send(WithLength(start));
  if (status.ok()) status = session->AwaitReady();
  if (!status.ok()) return status;
  return session;
}

PostgresSession::~PostgresSession() { close(socket_); }

absl::Status PostgresSession::Run(absl::string_view sql) {
  std::string query(sql);
  query.push_back('\0');
  absl::Status status = Send(absl::StrCat("Q", WithLength(query)));
  return status.ok() ? AwaitReady() : status;
}

absl::Status PostgresSession::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return Lost("written to");
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return absl::OkStatus();
}

absl::Status PostgresSession::Receive(size_t size, std::string* bytes) {
  bytes->resize(size);
  for (size_t done = 0; done < size;) {
    const ssize_t got = recv(socket_, &(*bytes)[done], size - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) errno = ECONNRESET;
    if (got <= 0) return Lost("read from");
    done += static_cast<size_t>(got);
  }
  return absl::OkStatus();
}

absl::Status PostgresSession::AwaitReady() {
  absl::Status outcome;
  std::string head, body;
  do {
    absl::Status status = Receive(5, &head);
    if (!status.ok()) {
      // It said why before it went.
      return outcome.ok() ? status : absl::UnavailableError(outcome.message());
    }
    uint32_t length = 0;
    for (int i = 1; i < 5; ++i) {
      length = length << 8 | static_cast<unsigned char>(head[i]);
    }
    status = Receive(length - 4, &body);
    if (!status.ok()) return status;
    if (head[0] == 'E') outcome = absl::UnknownError(MessageOf(body));
  } while (head[0] != 'Z');
  return outcome;
}

}  // namespace modelservice
