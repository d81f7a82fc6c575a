// The servers and the clients of this folder's tests.
#ifndef MODELSERVICE_TESTS_CLIENT_CLIENT_FIXTURE_H_
#define MODELSERVICE_TESTS_CLIENT_CLIENT_FIXTURE_H_

#include <gtest/gtest.h>

#include "modelservice/client.h"
#include "notes_server.h"

namespace notes {

// gRPC rounds up what it tells a server of the time: milliseconds.
inline constexpr int64_t kRounding = 100;

inline absl::Status Unavailable() { return absl::UnavailableError("Not now."); }

inline modelservice::CallOptions Within(absl::Duration timeout) {
  modelservice::CallOptions options;
  options.timeout = timeout;
  return options;
}

// A Desk in front of another one.
class ClientTest : public ::testing::Test {
 protected:
  ClientTest()
      : front_(DeskClient(behind_.options())),
        desk_(front_.options()),
        notes_(front_.options()) {}

  NotesServer behind_;
  NotesServer front_;
  const DeskClient desk_;
  const NoteServiceClient notes_;
};

}  // namespace notes

#endif  // MODELSERVICE_TESTS_CLIENT_CLIENT_FIXTURE_H_
