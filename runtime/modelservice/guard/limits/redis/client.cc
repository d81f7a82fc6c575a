#include "modelservice/guard/limits/redis/client.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/openssl.h"
#include "modelservice/guard/limits/steady_time.h"

namespace modelservice {
namespace {

// To connect, log in and load the script.
constexpr absl::Duration kConnectTime = absl::Seconds(2);
constexpr absl::Duration kFirstRest = absl::Milliseconds(20);
constexpr absl::Duration kLongestRest = absl::Seconds(1);
// A connection on which nothing was heard for so long is taken for dead.
constexpr absl::Duration kSilence = absl::Seconds(1);
// Far more than answers in time; what keeps memory bounded when Redis hangs.
constexpr size_t kMostPending = 100000;

// Signals are the program's business; and TLS writes without MSG_NOSIGNAL.
void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

}  // namespace

RedisClient::RedisClient(Options options)
    : options_(std::move(options)),
      script_digest_(Sha1Hex(options_.connection.script)),
      status_(absl::UnavailableError("not connected yet")),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  thread_ = Thread("Redis' answers", [this] {
    BlockSignals();
    Loop();
  });
  if (thread_.status().ok()) return;
  const MutexLock lock(mutex_);
  attempted_ = true;
  status_ = thread_.status();
}

RedisClient::~RedisClient() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  Wake();
  thread_.Join();
  close(wake_);
}

void RedisClient::Run(const std::vector<std::string>& words, size_t keys,
                      Done done) {
  Call call;
  AppendWord(absl::StrCat(keys), &call.words);
  for (const std::string& word : words) AppendWord(word, &call.words);
  call.count = words.size() + 1;
  call.deadline = MonotonicNow() + options_.timeout;
  call.done = std::move(done);
  absl::Status failure;
  bool first = false;
  {
    const MutexLock lock(mutex_);
    if (!connected_) {
      failure = status_;
    } else if (pending_.load(std::memory_order_relaxed) >= kMostPending) {
      failure = absl::UnavailableError("too many calls wait for Redis");
    } else {
      first = queue_.empty();
      queue_.push_back(std::move(call));
      pending_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  if (!failure.ok()) {
    // NOLINTNEXTLINE(bugprone-use-after-move): moved where it is queued.
    call.done(failure);
  } else if (first) {
    Wake();
  }
}

absl::Status RedisClient::FirstAttempt() {
  const MutexLock lock(mutex_);
  while (!attempted_) changed_.Wait(mutex_);
  return connected_ ? absl::OkStatus() : status_;
}

bool RedisClient::WaitForConnection(absl::Duration timeout) {
  const MutexLock lock(mutex_);
  const SteadyTime until = After(timeout);
  while (!connected_ && changed_.WaitUntil(mutex_, until)) {
  }
  return connected_;
}

void RedisClient::Loop() {
  const std::string where = options_.connection.address.ToString();
  absl::Duration rest = kFirstRest;
  bool was_connected = false;
  bool lost = false;
  while (true) {
    // In this order: a call to stop is not missed.
    ClearWake();
    if (stopping()) break;
    absl::StatusOr<std::unique_ptr<RedisConnection>> connection =
        RedisConnection::Open(options_.connection,
                              MonotonicNow() + kConnectTime, wake_);
    if (connection.ok()) {
      if (lost) {
        Log(Severity::kInfo,
            absl::StrCat("rate limits: connected to ", where, " again"));
      }
      if (was_connected) reconnects_.fetch_add(1, std::memory_order_relaxed);
      was_connected = true;
      lost = false;
      rest = kFirstRest;
      SetConnected(true, absl::OkStatus());
      const absl::Status status = Serve(**connection);
      SetConnected(false, status);
      EndAll(status);
      if (stopping()) break;
      log_.Log(Severity::kError,
               absl::StrCat("rate limits: lost the connection to ", where, ": ",
                            status.message()));
      lost = true;
      Rest(kFirstRest);
      continue;
    }
    // What is wrong with the settings is told to the one who opens the store.
    if (absl::IsUnavailable(connection.status()) || was_connected) {
      log_.Log(Severity::kError,
               absl::StrCat("rate limits: cannot connect to ", where, ": ",
                            connection.status().message(), "; trying again"));
    }
    SetConnected(false, connection.status());
    if (stopping()) break;
    lost = true;
    Rest(rest);
    rest = std::min(2 * rest, kLongestRest);
  }
  SetConnected(false, absl::UnavailableError("the store is closed"));
  EndAll(absl::UnavailableError("the store is closed"));
}

absl::Status RedisClient::Serve(RedisConnection& connection) {
  std::vector<Call> taken;
  while (true) {
    {
      const MutexLock lock(mutex_);
      if (stopping_) return absl::UnavailableError("the store is closed");
      taken.swap(queue_);
    }
    for (Call& call : taken) Send(connection, std::move(call));
    taken.clear();
    absl::Status status = connection.Flush();
    while (status.ok()) {
      absl::StatusOr<RedisReply> reply = connection.Receive();
      if (!reply.ok()) {
        status = reply.status();
      } else if (*reply == nullptr) {
        break;
      } else {
        status = Answer(connection, *std::move(reply));
      }
    }
    if (!status.ok()) return status;
    const absl::Time now = MonotonicNow();
    EndLate(now);
    absl::Time until = absl::InfiniteFuture();
    if (!sent_.empty()) {
      if (now - heard_ > std::max(kSilence, 2 * options_.timeout)) {
        return absl::UnavailableError("Redis does not answer");
      }
      until = late_ < sent_.size() ? sent_[late_].deadline : now + kSilence;
    }
    connection.Wait(until, wake_);
    ClearWake();
  }
}

void RedisClient::Send(RedisConnection& connection, Call call) {
  if (sent_.empty()) heard_ = MonotonicNow();
  std::string start = absl::StrCat("*", call.count + 2, "\r\n");
  if (call.with_script) {
    AppendWord("EVAL", &start);
    AppendWord(options_.connection.script, &start);
  } else {
    AppendWord("EVALSHA", &start);
    AppendWord(script_digest_, &start);
  }
  connection.Send(start);
  connection.Send(call.words);
  sent_.push_back(std::move(call));
}

absl::Status RedisClient::Answer(RedisConnection& connection,
                                 RedisReply reply) {
  heard_ = MonotonicNow();
  if (sent_.empty()) {
    return absl::UnavailableError("Redis answers what nobody asked");
  }
  Call call = std::move(sent_.front());
  sent_.pop_front();
  if (late_ > 0) --late_;
  const absl::string_view text = ReplyText(*reply);
  const bool failed = reply->type == REDIS_REPLY_ERROR;
  // After SCRIPT FLUSH, or on a replica that has taken over.
  if (failed && absl::StartsWith(text, "NOSCRIPT") && !call.with_script &&
      call.done != nullptr) {
    call.with_script = true;
    call.deadline = heard_ + options_.timeout;
    Send(connection, std::move(call));
    return connection.Flush();
  }
  pending_.fetch_sub(1, std::memory_order_relaxed);
  absl::Status error;
  if (failed) {
    error = absl::UnavailableError(absl::StrCat("Redis: ", text));
    log_.Log(Severity::kError, absl::StrCat("rate limits: ", error.message()));
  }
  // Another node has the keys, or another server is the primary now: to be
  // found anew.
  const bool elsewhere = failed && (absl::StartsWith(text, "MOVED ") ||
                                    absl::StartsWith(text, "READONLY"));
  if (call.done != nullptr) {
    if (failed) {
      call.done(error);
    } else {
      call.done(std::move(reply));
    }
  }
  return elsewhere ? error : absl::OkStatus();
}

void RedisClient::EndLate(absl::Time now) {
  for (; late_ < sent_.size() && sent_[late_].deadline <= now; ++late_) {
    Call& call = sent_[late_];
    log_.Log(Severity::kError, "rate limits: Redis did not answer in time");
    std::exchange(call.done, nullptr)(
        absl::UnavailableError("Redis did not answer in time"));
  }
}

void RedisClient::EndAll(const absl::Status& status) {
  std::vector<Call> queue;
  {
    const MutexLock lock(mutex_);
    queue.swap(queue_);
  }
  pending_.fetch_sub(queue.size() + sent_.size(), std::memory_order_relaxed);
  std::deque<Call> sent = std::exchange(sent_, {});
  late_ = 0;
  for (Call& call : sent) {
    if (call.done != nullptr) call.done(status);
  }
  for (Call& call : queue) call.done(status);
}

void RedisClient::SetConnected(bool connected, const absl::Status& status) {
  const MutexLock lock(mutex_);
  connected_ = connected;
  attempted_ = true;
  status_ = status;
  changed_.NotifyAll();
}

bool RedisClient::stopping() {
  const MutexLock lock(mutex_);
  return stopping_;
}

void RedisClient::Rest(absl::Duration time) {
  const MutexLock lock(mutex_);
  const SteadyTime until = After(time);
  while (!stopping_ && changed_.WaitUntil(mutex_, until)) {
  }
}

void RedisClient::Wake() {
  const uint64_t one = 1;
  // Fails only when it is awake already.
  static_cast<void>(!write(wake_, &one, sizeof(one)));
}

void RedisClient::ClearWake() {
  uint64_t count = 0;
  static_cast<void>(!read(wake_, &count, sizeof(count)));
}

}  // namespace modelservice
