// Wakes a thread that sleeps in poll().
#ifndef MODELSERVICE_DB_POSTGRES_DOORBELL_H_
#define MODELSERVICE_DB_POSTGRES_DOORBELL_H_

#include <sys/eventfd.h>
#include <unistd.h>

namespace modelservice::postgres {

class Doorbell {
 public:
  Doorbell() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~Doorbell() { close(fd_); }
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  // From any thread.
  void Ring() { eventfd_write(fd_, 1); }

  // For the thread that sleeps: readable once it has rung, until Clear.
  int fd() const { return fd_; }
  void Clear() {
    eventfd_t rings;
    eventfd_read(fd_, &rings);
  }

 private:
  const int fd_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_DOORBELL_H_
