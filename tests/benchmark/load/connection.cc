#include "load/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace load {
namespace {

// Large enough that the client's flow control never holds the server back.
constexpr int32_t kStreamWindow = 4 << 20;
constexpr int32_t kConnectionWindow = 64 << 20;
constexpr size_t kInput = 256 << 10;
constexpr size_t kOutput = 64 << 10;

absl::Status SystemError(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

absl::Status SessionError(absl::string_view what, ssize_t code) {
  return absl::InternalError(
      absl::StrCat(what, ": ", nghttp2_strerror(static_cast<int>(code))));
}

nghttp2_nv Header(absl::string_view name, absl::string_view value) {
  const auto bytes = [](absl::string_view text) {
    return const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

absl::string_view View(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

struct Connection::Callbacks {
  static Caller* CallerOf(nghttp2_session* session, int32_t stream) {
    return static_cast<Caller*>(
        nghttp2_session_get_stream_user_data(session, stream));
  }

  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame,
                      const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void*) {
    if (Caller* caller = CallerOf(session, frame->hd.stream_id)) {
      caller->reply.OnHeader(View(name, name_size), View(value, value_size));
    }
    return 0;
  }

  static int OnData(nghttp2_session* session, uint8_t, int32_t stream,
                    const uint8_t* data, size_t size, void* connection) {
    if (Caller* caller = CallerOf(session, stream)) {
      const int64_t before = caller->reply.rows();
      caller->reply.OnData(View(data, size));
      static_cast<Connection*>(connection)
          ->run_->recorder->Rows(caller->reply.rows() - before);
    }
    return 0;
  }

  static int OnClose(nghttp2_session* session, int32_t stream, uint32_t error,
                     void* connection) {
    if (Caller* caller = CallerOf(session, stream)) {
      static_cast<Connection*>(connection)->OnAnswered(caller, error);
    }
    return 0;
  }

  static ssize_t ReadBody(nghttp2_session*, int32_t, uint8_t* out, size_t size,
                          uint32_t* flags, nghttp2_data_source* source, void*) {
    auto* const caller = static_cast<Caller*>(source->ptr);
    const std::string& body = caller->request.body;
    const size_t count = std::min(size, body.size() - caller->body_sent);
    std::memcpy(out, body.data() + caller->body_sent, count);
    caller->body_sent += count;
    if (caller->body_sent == body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(uint16_t port,
                                                             int callers,
                                                             Run* run) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return SystemError("socket");
  std::unique_ptr<Connection> connection(new Connection(socket, callers, run));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    return SystemError("connect");
  }
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (absl::Status status = connection->Handshake(); !status.ok()) {
    return status;
  }
  return connection;
}

Connection::Connection(int socket, int callers, Run* run)
    : socket_(socket),
      run_(run),
      callers_(static_cast<size_t>(callers)),
      input_(kInput) {}

Connection::~Connection() {
  nghttp2_session_del(session_);
  close(socket_);
}

absl::Status Connection::Handshake() {
  nghttp2_session_callbacks* callbacks;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks,
                                                   Callbacks::OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks,
                                                            Callbacks::OnData);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks,
                                                         Callbacks::OnClose);
  int code = nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  if (code != 0) return SessionError("client_new", code);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
  code = nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, 2);
  if (code != 0) return SessionError("settings", code);
  code = nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                               kConnectionWindow);
  if (code != 0) return SessionError("window size", code);
  for (Caller& caller : callers_) Call(&caller);
  return Send();
}

absl::Status Connection::Receive() {
  const ssize_t size =
      recv(socket_, input_.data(), input_.size(), MSG_DONTWAIT);
  if (size == 0) return absl::UnavailableError("the server hung up");
  if (size < 0) {
    return errno == EAGAIN ? absl::OkStatus() : SystemError("recv");
  }
  const ssize_t taken = nghttp2_session_mem_recv(session_, input_.data(),
                                                 static_cast<size_t>(size));
  if (taken < 0) return SessionError("receive", taken);
  return Send();
}

absl::Status Connection::Send() {
  for (;;) {
    while (output_.size() < kOutput) {
      const uint8_t* data;
      const ssize_t size = nghttp2_session_mem_send(session_, &data);
      if (size < 0) return SessionError("send", size);
      if (size == 0) break;
      output_.append(reinterpret_cast<const char*>(data),
                     static_cast<size_t>(size));
    }
    if (output_.empty()) return absl::OkStatus();
    const ssize_t size =
        send(socket_, output_.data() + sent_, output_.size() - sent_,
             MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size < 0) {
      return errno == EAGAIN ? absl::OkStatus() : SystemError("send");
    }
    sent_ += static_cast<size_t>(size);
    if (sent_ == output_.size()) {
      output_.clear();
      sent_ = 0;
    }
  }
}

void Connection::Call(Caller* caller) {
  if (run_->stopping ||
      !run_->workload->Next(caller->position, &caller->request)) {
    return;
  }
  caller->reply.Start(&caller->request);
  caller->body_sent = 0;
  const nghttp2_nv headers[] = {
      Header(":method", "POST"),
      Header(":scheme", "http"),
      Header(":path", PathOf(caller->request.operation)),
      Header(":authority", "localhost"),
      Header("te", "trailers"),
      Header("content-type", "application/grpc"),
      Header("user-agent", "modelservice-benchmark"),
  };
  nghttp2_data_provider body;
  body.source.ptr = caller;
  body.read_callback = Callbacks::ReadBody;
  caller->started = MonotonicNanoseconds();
  const int32_t stream =
      nghttp2_submit_request(session_, nullptr, headers,
                             sizeof(headers) / sizeof(*headers), &body, caller);
  if (stream < 0) {
    run_->recorder->Failure(nghttp2_strerror(stream));
    return;
  }
  ++run_->calls_in_flight;
}

void Connection::OnAnswered(Caller* caller, uint32_t http2_error) {
  --run_->calls_in_flight;
  const std::string error = caller->reply.Finish(http2_error);
  if (error.empty()) {
    run_->recorder->Success(caller->request.operation,
                            MonotonicNanoseconds() - caller->started);
    PagePosition& position = caller->position;
    position.token = caller->reply.next_page_token();
    position.rows_before = position.token.empty()
                               ? 0
                               : position.rows_before + caller->reply.rows();
  } else {
    run_->recorder->Failure(error);
    caller->position = PagePosition();
  }
  Call(caller);
}

}  // namespace load
