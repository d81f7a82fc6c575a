// The server of adversary.proto, which counts what it runs.

#include "modelservice/main.h"

#include <grpcpp/version_info.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "adversary.modelservice.pb.h"

namespace {

using ::adversary::CountsReply;
using ::adversary::Task;
using ::modelservice::CallContext;
using ::modelservice::Reply;

class WorkService : public adversary::WorkBase {
 public:
  absl::StatusOr<Reply<Task>> Run(const CallContext&,
                                  const Task& request) override {
    ++begun_;
    std::this_thread::sleep_for(
        std::chrono::milliseconds(request.milliseconds()));
    ++ended_;
    return Task();
  }
  absl::StatusOr<Reply<Task>> Wait(const CallContext& call,
                                   const Task& request) override {
    ++begun_;
    const auto end = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(request.milliseconds());
    while (!call.cancelled() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (call.cancelled()) {
      ++cancelled_;
      // What a method may still do when nobody waits for it.
      call.AddTrailer("late", "yes");
      if (call.metadata("user-agent").value_or("").empty() ||
          call.peer().empty()) {
        return absl::InternalError("the call is not there any more");
      }
    }
    ++ended_;
    return Task();
  }
  absl::StatusOr<Reply<Task>> Gather(
      const CallContext&, modelservice::Reader<Task>& reader) override {
    ++begun_;
    Task task;
    while (reader.Read(&task)) {
    }
    ++ended_;
    return Task();
  }
  absl::StatusOr<Reply<CountsReply>> Counts(const CallContext&,
                                            const Task&) override {
    CountsReply counts;
    counts.set_begun(begun_);
    counts.set_ended(ended_);
    counts.set_cancelled(cancelled_);
    counts.set_grpc(1000 * GRPC_CPP_VERSION_MAJOR + GRPC_CPP_VERSION_MINOR);
    return counts;
  }

 private:
  std::atomic<int64_t> begun_{0};
  std::atomic<int64_t> ended_{0};
  std::atomic<int64_t> cancelled_{0};
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    adversary::RegisterAdversary(registry);
    registry.Add<WorkService>();
  });
}
