// A client's connection for tests.
#ifndef MODELSERVICE_TESTING_TEST_CHANNEL_H_
#define MODELSERVICE_TESTING_TEST_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace modelservice {

// A connection of its own to `address`, like that of another client, which
// takes messages of any size and tries no call twice. Waits until it is
// connected, at most 10 s: then a call that is refused was refused by the
// server.
std::shared_ptr<grpc::Channel> NewTestChannel(const std::string& address);

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_TEST_CHANNEL_H_
