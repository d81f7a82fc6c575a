// The methods of services.h in their other form: what they do, they do later,
// on a thread of their own.
#ifndef MODELSERVICE_TESTS_GUARD_ASYNC_SERVICES_H_
#define MODELSERVICE_TESTS_GUARD_ASYNC_SERVICES_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "services.h"

namespace guarded {

using ::modelservice::AsyncHandle;
using ::modelservice::AsyncReader;
using ::modelservice::AsyncReply;
using ::modelservice::AsyncStream;
using ::modelservice::AsyncWriter;

// One thread that is nobody's else.
class Background {
 public:
  ~Background() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stopped_ = true;
      changed_.notify_all();
    }
    thread_.join();
  }
  void Run(std::function<void()> task) {
    std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_all();
  }

 private:
  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopped_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      task = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool stopped_ = false;
  std::thread thread_{[this] { Work(); }};
};

// "wait" is never finished: that is left to the call's end.
template <class Base>
class AsyncEchoOf : public Base {
 public:
  void StartUnary(const CallContext&, const Text& request,
                  AsyncReply<Text> reply) override {
    if (!Obeys(request, reply)) return;
    later_.Run([&request, reply] { reply.Finish(request); });
  }
  void StartServerStream(const CallContext&, const Text& request,
                         AsyncWriter<Text> writer) override {
    if (request.text() == "throw") throw std::runtime_error("secret");
    later_.Run([this, &request, writer] {
      for (int i = 0; i < 3; ++i) {
        if (!writer.Write(request).ok()) return;
      }
      if (Obeys(request, writer)) writer.Finish(absl::OkStatus());
    });
  }
  void StartClientStream(const CallContext&, AsyncReader<Text> reader,
                         AsyncReply<Text> reply) override {
    Gather(reader, reply, Text());
  }
  void StartBidi(const CallContext& call,
                 AsyncStream<Text, Text> stream) override {
    stream.Read([this, &call, stream](const Text* request) {
      if (request == nullptr) return stream.Finish(absl::OkStatus());
      if (!Obeys(*request, stream)) return;
      later_.Run([this, &call, stream, text = *request] {
        if (stream.Write(text).ok()) StartBidi(call, stream);
      });
    });
  }

 protected:
  void Gather(const AsyncReader<Text>& reader, const AsyncReply<Text>& reply,
              Text all) {
    reader.Read([this, reader, reply, all](const Text* request) mutable {
      if (request == nullptr) return reply.Finish(all);
      if (!Obeys(*request, reply)) return;
      all.set_text(all.text() + request->text());
      later_.Run([this, reader, reply, all] { Gather(reader, reply, all); });
    });
  }

  // Whether the call goes on as usual.
  template <class Handle>
  bool Obeys(const Text& request, const Handle& handle) {
    if (request.text() == "throw") throw std::runtime_error("secret");
    if (request.text() == "fail") {
      handle.Finish(absl::AbortedError("as you wish"));
      return false;
    }
    if (request.text() != "wait") return true;
    std::lock_guard<std::mutex> lock(mutex_);
    kept_.push_back(std::make_shared<Handle>(handle));
    return false;
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<void>> kept_;
  Background later_;
};

class AsyncEchoService : public AsyncEchoOf<EchoBase> {
 public:
  void StartChosen(const CallContext&, const Text& text,
                   AsyncReply<Text> reply) override {
    reply.Finish(text);
  }
  void StartBare(const CallContext&, const Text& text,
                 AsyncReply<Text> reply) override {
    reply.Finish(text);
  }
  void StartTimed(const CallContext& call,
                  AsyncStream<Text, Text> stream) override {
    StartBidi(call, stream);
  }
};

using AsyncLimitedService = LimitedOf<AsyncEchoOf<LimitedBase>>;
using AsyncMembersService = MembersOf<AsyncEchoOf<MembersBase>>;

}  // namespace guarded

#endif  // MODELSERVICE_TESTS_GUARD_ASYNC_SERVICES_H_
