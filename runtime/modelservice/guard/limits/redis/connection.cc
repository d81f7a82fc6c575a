#include "modelservice/guard/limits/redis/connection.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/guard/limits/steady_time.h"

namespace modelservice {
namespace {

// A chain of nodes that send to each other ends here.
constexpr int kMostMoves = 5;

}  // namespace

void AppendWord(absl::string_view word, std::string* bytes) {
  absl::StrAppend(bytes, "$", word.size(), "\r\n", word, "\r\n");
}

std::string RedisCommand(absl::Span<const absl::string_view> words) {
  std::string bytes = absl::StrCat("*", words.size(), "\r\n");
  for (const absl::string_view word : words) AppendWord(word, &bytes);
  return bytes;
}

RedisConnection::RedisConnection(std::unique_ptr<RedisTransport> transport)
    : transport_(std::move(transport)), reader_(redisReaderCreate()) {}

RedisConnection::~RedisConnection() { redisReaderFree(reader_); }

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::Open(
    const Options& options, absl::Time until, int wake) {
  Options current = options;
  for (int move = 0; move < kMostMoves; ++move) {
    absl::StatusOr<std::unique_ptr<RedisTransport>> transport =
        RedisTransport::Connect(current.address, current.ssl_context.get(),
                                until, wake);
    if (!transport.ok()) return transport.status();
    std::unique_ptr<RedisConnection> connection(
        new RedisConnection(*std::move(transport)));
    const absl::Status status = connection->LogIn(current, until, wake);
    if (status.ok()) return connection;
    if (!absl::StartsWith(status.message(), "MOVED ")) return status;
    absl::StatusOr<RedisAddress> next =
        MovedTo(current.address, status.message());
    if (!next.ok()) return next.status();
    current.address = *std::move(next);
  }
  return absl::UnavailableError(
      "the nodes of the Redis Cluster send to each other in a circle");
}

absl::Status RedisConnection::LogIn(const Options& options, absl::Time until,
                                    int wake) {
  const RedisAddress& address = options.address;
  absl::Status status;
  if (!address.password.empty() || !address.user.empty()) {
    std::vector<absl::string_view> words = {"AUTH"};
    if (!address.user.empty()) words.push_back(address.user);
    words.push_back(address.password);
    status = Call(words, until, wake);
    if (absl::IsInvalidArgument(status)) {
      return absl::PermissionDeniedError(status.message());
    }
  }
  if (status.ok() && address.database != 0) {
    status = Call({"SELECT", absl::StrCat(address.database)}, until, wake);
  }
  // Asks for the key before the script is loaded, for that is one node's.
  if (status.ok()) status = Call({"EXISTS", options.key}, until, wake);
  if (absl::StartsWith(status.message(), "ASK ")) status = absl::OkStatus();
  if (status.ok()) {
    status = Call({"SCRIPT", "LOAD", options.script}, until, wake);
  }
  return status;
}

absl::Status RedisConnection::Call(absl::Span<const absl::string_view> words,
                                   absl::Time until, int wake) {
  Send(RedisCommand(words));
  while (true) {
    absl::Status status = Flush();
    if (!status.ok()) return status;
    absl::StatusOr<RedisReply> reply = Receive();
    if (!reply.ok()) return reply.status();
    if (*reply != nullptr) {
      if ((*reply)->type != REDIS_REPLY_ERROR) return absl::OkStatus();
      const absl::string_view text = ReplyText(**reply);
      for (const char* passing : {"LOADING", "CLUSTERDOWN", "MASTERDOWN",
                                  "BUSY", "READONLY", "TRYAGAIN", "MOVED"}) {
        if (absl::StartsWith(text, passing)) {
          return absl::UnavailableError(text);
        }
      }
      return absl::StartsWith(text, "NOAUTH") ||
                     absl::StartsWith(text, "NOPERM")
                 ? absl::PermissionDeniedError(text)
                 : absl::InvalidArgumentError(text);
    }
    if (!transport_->Wait(!output_.empty(), until, wake)) {
      return absl::UnavailableError("Redis did not answer in time");
    }
  }
}

absl::Status RedisConnection::Flush() {
  size_t sent = 0;
  while (sent < output_.size()) {
    const absl::StatusOr<size_t> written =
        transport_->Write(absl::string_view(output_).substr(sent));
    if (!written.ok()) return written.status();
    if (*written == 0) break;
    sent += *written;
  }
  output_.erase(0, sent);
  return absl::OkStatus();
}

absl::StatusOr<RedisReply> RedisConnection::Receive() {
  while (true) {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_, &reply) != REDIS_OK) {
      return absl::UnavailableError(
          absl::StrCat("what answers is no Redis: ", reader_->errstr));
    }
    if (reply != nullptr) return RedisReply(static_cast<redisReply*>(reply));
    char buffer[16384];
    const absl::StatusOr<size_t> read =
        transport_->Read(buffer, sizeof(buffer));
    if (!read.ok()) return read.status();
    if (*read == 0) return RedisReply();
    if (redisReaderFeed(reader_, buffer, *read) != REDIS_OK) {
      return absl::ResourceExhaustedError(reader_->errstr);
    }
  }
}

void RedisConnection::Wait(absl::Time until, int wake) const {
  transport_->Wait(!output_.empty(), until, wake);
}

}  // namespace modelservice
