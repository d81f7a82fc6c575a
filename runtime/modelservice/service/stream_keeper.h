// Looks after streams whose clients take nothing: what these hold of the
// database is given back after a while.
//
// Thread-safe.
#ifndef MODELSERVICE_SERVICE_STREAM_KEEPER_H_
#define MODELSERVICE_SERVICE_STREAM_KEEPER_H_

#include <set>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/thread.h"

namespace modelservice {

class StreamKeeper {
 public:
  class Stream {
   public:
    virtual ~Stream() = default;
    // Gives back what it has not needed since `time`. On the keeper's thread;
    // must not block.
    virtual void GiveBackUnusedSince(SteadyTime time) = 0;
  };

  // A stream is idle when it has needed nothing for `idle_time`.
  explicit StreamKeeper(absl::Duration idle_time);
  ~StreamKeeper();
  StreamKeeper(const StreamKeeper&) = delete;
  StreamKeeper& operator=(const StreamKeeper&) = delete;

  // Whether there was a thread to be had.
  const absl::Status& started() const { return thread_.status(); }

  // `stream` lives until Remove.
  void Add(Stream& stream);
  // Once it returns, the stream is not called any more.
  void Remove(Stream& stream);

  absl::Duration idle_time() const { return idle_time_; }

 private:
  void Keep();

  const absl::Duration idle_time_;
  Mutex mutex_;
  CondVar changed_;
  std::set<Stream*> streams_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  Thread thread_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_STREAM_KEEPER_H_
