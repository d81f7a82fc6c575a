// How a client finds its servers, and who each of them is: TLS, several
// addresses, servers that come and go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "lossy_proxy.h"
#include "modelservice/testing/test_certificates.h"
#include "notes_server.h"

namespace notes {
namespace {

using ::modelservice::CallOptions;
using ::modelservice::ClientOptions;
using ::testing::HasSubstr;

// Both ends of TLS: whom a client trusts, and who it says it is.
TEST(Tls, ThereAndBack) {
  modelservice::TestCertificates certificates;
  certificates.Make("billing", "/CN=billing", "DNS:billing.example");
  ASSERT_EQ(certificates.status(), absl::OkStatus());
  modelservice::TestServer::Options options;
  options.settings.set_address("127.0.0.1:0");
  auto* const tls = options.settings.mutable_tls();
  tls->set_certificate_file(certificates.certificate_file("server"));
  tls->set_key_file(certificates.key_file("server"));
  tls->set_client_ca_file(certificates.certificate_file("ca"));
  options.settings.add_authenticator()->mutable_mtls();
  const NotesServer server(std::nullopt, options);
  ASSERT_EQ(server.status, absl::OkStatus());

  ClientOptions client = server.options();
  client.retries.max_attempts = 1;
  const auto caller = [&] { return DeskClient(client).Read(Say("who")); };
  const auto away = [&] {
    return caller().status().code() == absl::StatusCode::kUnavailable;
  };
  EXPECT_TRUE(away()) << "in plain text";
  client.tls.emplace();
  EXPECT_TRUE(away()) << "the machine does not trust it";
  client.tls->ca_file = certificates.certificate_file("ca");
  auto who = caller();
  ASSERT_TRUE(who.ok()) << who.status();
  EXPECT_EQ(who->text(), "");
  client.tls->certificate_file = certificates.certificate_file("billing");
  client.tls->key_file = certificates.key_file("billing");
  who = caller();
  ASSERT_TRUE(who.ok()) << who.status();
  EXPECT_EQ(who->text(), "billing.example");
  // The name that the certificate must have.
  client.tls->server_name = "localhost";
  EXPECT_TRUE(caller().ok());
  client.tls->server_name = "shop.example";
  EXPECT_TRUE(away()) << "it is another server";

  // Files that are mixed up are not tried with every server, as gRPC does it.
  const auto refused = [&](const char* fault) {
    const auto status = caller().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(fault));
  };
  client.tls->key_file = certificates.key_file("server");
  refused("server.key is not the key of ClientTls::certificate_file: ");
  client.tls->key_file = client.tls->certificate_file;
  refused("holds no unencrypted key in PEM");
  client.tls->certificate_file = certificates.key_file("billing");
  refused("ClientTls::certificate_file: ");
  client.tls->ca_file = certificates.key_file("server");
  refused("holds no certificate in PEM");
}

// In a process of its own, for gRPC looks for them once.
TEST(TlsDeathTest, WithoutRootsTheErrorNamesTheOption) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto call = [] {
    setenv("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "/dev/null", 1);
    setenv("GRPC_NOT_USE_SYSTEM_SSL_ROOTS", "true", 1);
    ClientOptions client;
    client.address = "127.0.0.1:1";
    client.retries.max_attempts = 1;
    client.timeout = absl::Seconds(5);
    client.tls.emplace();
    std::cerr << DeskClient(client).Read(Say("who")).status() << std::endl;
    std::_Exit(3);
  };
  EXPECT_EXIT(call(), testing::ExitedWithCode(3),
              "(UNAVAILABLE: |there is no connection to a server; it may be )"
              "TLS with no root certificates to trust: give "
              "ClientTls::ca_file");
}

// A stream on which nothing happens, and then can: its client asks as often as
// it takes.
TEST(Keepalive, NoticesASilentServerOfASilentStream) {
  modelservice::TestServer::Options options;
  options.settings.set_address("127.0.0.1:0");
  auto* const often = options.settings.add_channel_option();
  often->set_name("grpc.http2.min_ping_interval_without_data_ms");
  often->set_number(10);
  const NotesServer server(std::nullopt, options);
  ASSERT_EQ(server.status, absl::OkStatus());
  LossyProxy proxy(server.server->address());
  ClientOptions client;
  client.address = proxy.address();
  client.timeout = absl::Minutes(5);
  client.keepalive = absl::Seconds(1);
  client.keepalive_timeout = absl::Seconds(1);
  const DeskClient desk(client);
  auto words = desk.Count(Say("."));
  ASSERT_NE(words.Next(), nullptr) << words.status();
  // Longer than the server takes pings for by itself, and gRPC sends them.
  absl::SleepFor(absl::Seconds(6));
  proxy.Stall();
  const absl::Time start = absl::Now();
  EXPECT_EQ(words.Next(), nullptr);
  EXPECT_EQ(words.status().code(), absl::StatusCode::kUnavailable)
      << words.status();
  EXPECT_LT(absl::Now() - start, absl::Seconds(60));
}

// What a server says of its addresses is what a client takes for them.
TEST(Addresses, OfOneServer) {
  modelservice::TestServer::Options options;
  options.settings.set_address("127.0.0.1:0,127.0.0.2:0");
  const NotesServer server(std::nullopt, options);
  ASSERT_EQ(server.status, absl::OkStatus());
  ASSERT_THAT(server.server->address(), HasSubstr(",127.0.0.2:"));
  const DeskClient desk(server.options());
  for (int i = 0; i < 4; ++i) {
    const auto word = desk.Read(Say("x"));
    EXPECT_TRUE(word.ok()) << word.status();
  }
  EXPECT_TRUE(DeskClient(server.server->channel()).Read(Say("x")).ok());
}

// gRPC calls what is left of them modulo 65536, which may be somebody else.
TEST(Addresses, PortsThatAreNoneAreNotCalled) {
  ClientOptions options;
  options.timeout = absl::Seconds(10);
  for (const char* address :
       {"127.0.0.1:99999", "[::1]:65536", "dns:///localhost:99999",
        "ipv4:127.0.0.1:70000", "127.0.0.1:50051, 127.0.0.1:70000",
        "localhost:123456789012345678901"}) {
    options.address = address;
    const auto word = DeskClient(options).Read(Say("x"));
    EXPECT_EQ(word.status().code(), absl::StatusCode::kInvalidArgument)
        << address;
    EXPECT_THAT(std::string(word.status().message()),
                HasSubstr("ports end at 65535"));
  }
}

// One of two servers restarts: nobody who reads hears of it.
TEST(RollingRestart, FailsNoRead) {
  modelservice::TestServer::Options one;
  one.settings.set_address("127.0.0.1:0");
  auto first = std::make_unique<NotesServer>(std::nullopt, one);
  const NotesServer second(std::nullopt, one);
  ASSERT_TRUE(first->status.ok() && second.status.ok());
  ClientOptions options;
  options.address =
      absl::StrCat(first->server->address(), ",", second.server->address());
  const DeskClient desk(options);
  std::atomic<bool> over{false};
  std::atomic<int> failed{0};
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!over) {
        ++made;
        const auto word = desk.Read(Say("x"));
        if (!word.ok()) {
          ++failed;
          ADD_FAILURE() << word.status();
        }
      }
    });
  }
  modelservice::TestServer::Options again;
  again.settings.set_address(first->server->address());
  for (int i = 0; i < 3; ++i) {
    absl::SleepFor(absl::Milliseconds(200));
    first->server->Stop(i == 0 ? absl::Seconds(1) : absl::ZeroDuration());
    first.reset();
    absl::SleepFor(absl::Milliseconds(300));
    first = std::make_unique<NotesServer>(std::nullopt, again);
    ASSERT_TRUE(first->status.ok()) << first->status;
  }
  over = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(made, 100);
  EXPECT_GT(first->script.calls() + second.script.calls(), 0);
}

TEST(WaitForReady, WaitsForTheServer) {
  modelservice::TestServer::Options options;
  options.settings.set_address("127.0.0.1:0");
  auto server = std::make_unique<NotesServer>(std::nullopt, options);
  const std::string address = server->server->address();
  server.reset();
  ClientOptions client;
  client.address = address;
  client.retries.max_attempts = 1;
  const DeskClient desk(client);
  EXPECT_EQ(desk.Read(Say("x")).status().code(),
            absl::StatusCode::kUnavailable);
  std::thread starts([&] {
    absl::SleepFor(absl::Milliseconds(300));
    options.settings.set_address(address);
    server = std::make_unique<NotesServer>(std::nullopt, options);
  });
  CallOptions waits;
  waits.wait_for_ready = true;
  EXPECT_TRUE(desk.Read(Say("x"), waits).ok());
  starts.join();
  // Of one that does not come, the time that is over is not all there is to
  // say.
  server.reset();
  waits.timeout = absl::Milliseconds(500);
  const auto late = desk.Read(Say("x"), waits).status();
  EXPECT_EQ(late.code(), absl::StatusCode::kDeadlineExceeded) << late;
  EXPECT_THAT(std::string(late.message()),
              HasSubstr("there is no connection to a server"));
}

}  // namespace
}  // namespace notes
