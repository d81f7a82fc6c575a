// Who is at work in a database, for Close to wait for.
#ifndef MODELSERVICE_DB_POSTGRES_USE_COUNT_H_
#define MODELSERVICE_DB_POSTGRES_USE_COUNT_H_

#include "modelservice/base/mutex.h"

namespace modelservice::postgres {

//   const UseCount::Use use(count);
//   if (!use.ok()) return ClosedError();
//
// Thread-safe. Shared with those who may outlive the database.
class UseCount {
 public:
  // Keeps the database open while it lives.
  class Use {
   public:
    explicit Use(UseCount& count) : count_(count), ok_(count.Enter()) {}
    ~Use() {
      if (ok_) count_.Leave();
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    // False once the database is closed, or about to be.
    bool ok() const { return ok_; }

   private:
    UseCount& count_;
    const bool ok_;
  };

  // Lets nobody begin any more, and waits for those who have.
  void Close() {
    const MutexLock lock(mutex_);
    closed_ = true;
    while (uses_ > 0) ended_.Wait(mutex_);
  }

 private:
  bool Enter() {
    const MutexLock lock(mutex_);
    if (!closed_) ++uses_;
    return !closed_;
  }
  void Leave() {
    const MutexLock lock(mutex_);
    if (--uses_ == 0) ended_.NotifyAll();
  }

  Mutex mutex_;
  CondVar ended_;
  int uses_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_USE_COUNT_H_
