#include "modelservice/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "modelservice/base/setting_value.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A variable of the environment while a test runs.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    setenv(name, value, /*overwrite=*/1);
  }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* const name_;
};

// A file in the test's folder while a test runs.
class File {
 public:
  File(const std::string& name, const std::string& content)
      : path_(testing::TempDir() + name) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~File() { std::remove(path_.c_str()); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::string flag() const { return "--config=" + path_; }

 private:
  const std::string path_;
};

absl::StatusOr<Settings> Load(const std::vector<std::string>& flags) {
  return LoadSettings(flags);
}

// The error's text; what loads well fails the test.
std::string ErrorOf(const std::vector<std::string>& flags) {
  const auto settings = Load(flags);
  EXPECT_EQ(settings.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string text(settings.status().message());
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  return text;
}

TEST(SettingsTest, Defaults) {
  const auto settings = Load({});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->address(), "127.0.0.1:50051");
  EXPECT_EQ(settings->database(), "sqlite:db.sqlite3");
  EXPECT_TRUE(settings->reflection());
  EXPECT_EQ(settings->grace_period(), 30);
  EXPECT_EQ(settings->workers(), 32);
  EXPECT_EQ(settings->maximum_concurrent_rpcs(), 1000);
  EXPECT_EQ(settings->max_streams(), 500);
  EXPECT_FALSE(settings->has_secret_key());
}

TEST(SettingsTest, FlagsInEveryForm) {
  const auto settings =
      Load({"--address=0.0.0.0:1", "--workers", "3", "--reflection=false",
            "--health", "--grace-period=0.5", "--secret_key=0123456789abcdef",
            "--database=sqlite:a.db?x=y"});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->address(), "0.0.0.0:1");
  EXPECT_EQ(settings->workers(), 3);
  EXPECT_FALSE(settings->reflection());
  EXPECT_TRUE(settings->health());
  EXPECT_EQ(settings->grace_period(), 0.5);
  EXPECT_EQ(settings->secret_key(), "0123456789abcdef");
  // Only the first equals sign parts name and value.
  EXPECT_EQ(settings->database(), "sqlite:a.db?x=y");
}

TEST(SettingsTest, TheLastFlagWins) {
  const auto settings = Load({"--workers=3", "--workers=4"});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->workers(), 4);
}

TEST(SettingsTest, TextprotoFile) {
  const File file("settings.textproto",
                  "# a comment\naddress: '[::1]:7'\nworkers: 2\n");
  const auto settings = Load({file.flag()});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->address(), "[::1]:7");
  EXPECT_EQ(settings->workers(), 2);
  EXPECT_TRUE(settings->health());
}

TEST(SettingsTest, JsonFile) {
  const File file("settings.json",
                  R"({"address": "[::1]:7", "gracePeriod": 2,
                      "max_request_bytes": 10})");
  const auto settings = Load({file.flag()});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->address(), "[::1]:7");
  EXPECT_EQ(settings->grace_period(), 2);
  EXPECT_EQ(settings->max_request_bytes(), 10);
}

TEST(SettingsTest, EnvironmentOverFileAndFlagsOverBoth) {
  const File file("settings.textproto",
                  "address: 'file:1' workers: 2 grace_period: 3");
  const Variable address("MODELSERVICE_ADDRESS", "environment:1");
  const Variable workers("MODELSERVICE_WORKERS", "5");
  // Where the flag stands among the others does not matter.
  const auto settings = Load({"--address=flag:1", file.flag()});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->address(), "flag:1");
  EXPECT_EQ(settings->workers(), 5);
  EXPECT_EQ(settings->grace_period(), 3);
}

TEST(SettingsTest, SettingsInsideOfOthers) {
  const File file("settings.textproto",
                  "tls { certificate_file: 'a' key_file: 'b' }");
  const Variable key("MODELSERVICE_TLS__KEY_FILE", "c");
  const auto settings = Load({file.flag(), "--tls.client-ca-file=d",
                              "--rate_limits.maximum_keys=5000000000",
                              "--tls.require_client_certificate"});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->tls().certificate_file(), "a");
  EXPECT_EQ(settings->tls().key_file(), "c");
  EXPECT_EQ(settings->tls().client_ca_file(), "d");
  EXPECT_TRUE(settings->tls().require_client_certificate());
  EXPECT_EQ(settings->rate_limits().maximum_keys(), 5000000000);
  EXPECT_THAT(ErrorOf({"--tls.keyfile=x"}),
              AllOf(HasSubstr("--tls.keyfile"), HasSubstr("tls.key_file")));
  EXPECT_THAT(ErrorOf({"--address.x=x"}), HasSubstr("unknown flag"));
  EXPECT_THAT(ErrorOf({"--rate_limits.timeout_ms=-1"}),
              HasSubstr("--rate_limits.timeout_ms"));
  const File bad("bad.textproto", "rate_limits { lease_ms: -1 }");
  EXPECT_THAT(ErrorOf({bad.flag()}), HasSubstr("rate_limits.lease_ms"));
}

TEST(SettingsTest, ListsOfTexts) {
  const File file("settings.textproto", "interceptor: 'a' interceptor: 'b'");
  auto settings = Load({file.flag()});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_THAT(settings->interceptor(), testing::ElementsAre("a", "b"));
  settings = Load({file.flag(), "--interceptor=c, d,"});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_THAT(settings->interceptor(), testing::ElementsAre("c", "d"));
  settings = Load({file.flag(), "--interceptor="});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_THAT(settings->interceptor(), testing::IsEmpty());
}

TEST(SettingsTest, ListsOfMessages) {
  const File file("settings.textproto", "authenticator { mtls {} }");
  auto settings = Load({file.flag()});
  ASSERT_TRUE(settings.ok()) << settings.status();
  ASSERT_EQ(settings->authenticator_size(), 1);
  const Variable variable("MODELSERVICE_AUTHENTICATOR", "basic {}");
  settings = Load({file.flag()});
  ASSERT_TRUE(settings.ok()) << settings.status();
  ASSERT_EQ(settings->authenticator_size(), 1);
  EXPECT_TRUE(settings->authenticator(0).has_basic());
  settings = Load({file.flag(), "--authenticator=token {}",
                   "--authenticator=jwt { jwks_file: 'keys' }"});
  ASSERT_TRUE(settings.ok()) << settings.status();
  ASSERT_EQ(settings->authenticator_size(), 2);
  EXPECT_TRUE(settings->authenticator(0).has_token());
  EXPECT_EQ(settings->authenticator(1).jwt().jwks_file(), "keys");
  EXPECT_THAT(ErrorOf({"--authenticator=jwt { key: 'x' }"}),
              AllOf(HasSubstr("--authenticator"), HasSubstr("key"),
                    HasSubstr("AuthenticatorSettings")));
}

// Many of gRPC's arguments are switches, or have a meaning for 0 and -1.
TEST(SettingsTest, NumbersOfGrpcsAreAnyNumbers) {
  const auto settings = Load(
      {"--channel_option=name: 'grpc.so_reuseport' number: 0",
       "--channel_option=name: 'grpc.max_send_message_length' number: -1"});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_TRUE(settings->channel_option(0).has_number());
  EXPECT_EQ(settings->channel_option(0).number(), 0);
  EXPECT_EQ(settings->channel_option(1).number(), -1);
}

TEST(SettingsTest, UnknownNamesAreErrorsEverywhere) {
  EXPECT_THAT(ErrorOf({"--adress=x"}),
              AllOf(HasSubstr("--adress"), HasSubstr("address")));
  EXPECT_THAT(ErrorOf({"address=x"}), HasSubstr("address=x"));
  EXPECT_THAT(ErrorOf({"--"}), HasSubstr("unknown flag"));
  EXPECT_THAT(ErrorOf({"--=1"}), HasSubstr("unknown flag"));
  {
    const Variable variable("MODELSERVICE_ADRESS", "x");
    EXPECT_THAT(ErrorOf({}),
                AllOf(HasSubstr("MODELSERVICE_ADRESS"), HasSubstr("address")));
  }
  {
    const File file("settings.textproto", "workers: 1\nadress: 'x'\n");
    EXPECT_THAT(ErrorOf({file.flag()}),
                AllOf(HasSubstr("settings.textproto:2"), HasSubstr("adress")));
  }
  {
    const File file("settings.json", R"({"adress": "x"})");
    EXPECT_THAT(ErrorOf({file.flag()}),
                AllOf(HasSubstr("settings.json"), HasSubstr("adress")));
  }
}

TEST(SettingsTest, BadValuesAreErrors) {
  for (const char* flag :
       {"--workers=0", "--workers=-1", "--workers=x",
        "--workers=", "--workers=1.5", "--workers=99999999999",
        "--grace_period=-1", "--grace_period=nan", "--grace_period=x",
        "--reflection=maybe", "--max_request_bytes=0", "--trace_share=nan",
        "--request_log_share=-1"}) {
    const std::string name(flag, std::string(flag).find('='));
    EXPECT_THAT(ErrorOf({flag}), HasSubstr(name)) << flag;
  }
  EXPECT_THAT(ErrorOf({"--workers"}), HasSubstr("--workers needs a value"));
  EXPECT_THAT(ErrorOf({"--secret_key=short"}), HasSubstr("secret_key"));
  EXPECT_THAT(ErrorOf({"--former_secret_key=short"}),
              HasSubstr("former_secret_key"));
  EXPECT_THAT(ErrorOf({"--trace_share=2"}), HasSubstr("trace_share"));
  const Variable variable("MODELSERVICE_WORKERS", "many");
  EXPECT_THAT(ErrorOf({}),
              AllOf(HasSubstr("MODELSERVICE_WORKERS"), HasSubstr("many")));
}

TEST(SettingsTest, BadValuesOfAFileAreErrorsToo) {
  for (const char* text :
       {"workers: 0", "workers: -1", "grace_period: -1", "grace_period: nan",
        "max_request_bytes: 0", "secret_key: 'short'"}) {
    const File file("settings.textproto", text);
    const std::string name(text, std::string(text).find(':'));
    EXPECT_THAT(ErrorOf({file.flag()}), HasSubstr(name)) << text;
  }
  for (const char* text : {"workers: 'x'", "workers: 1 workers: 2", "{"}) {
    const File file("settings.textproto", text);
    EXPECT_THAT(ErrorOf({file.flag()}), HasSubstr("settings.textproto"));
  }
  for (const char* text : {"", "{", "[]", R"({"workers": "x"})"}) {
    const File file("settings.json", text);
    EXPECT_THAT(ErrorOf({file.flag()}), HasSubstr("settings.json")) << text;
  }
}

TEST(SettingsTest, FilesThatCannotBeRead) {
  EXPECT_THAT(ErrorOf({"--config=/nowhere/settings.textproto"}),
              HasSubstr("/nowhere/settings.textproto"));
  EXPECT_THAT(ErrorOf({"--config=" + testing::TempDir()}),
              HasSubstr("is a folder; name a file"));
  EXPECT_THAT(ErrorOf({"--config=/dev/zero"}),
              HasSubstr("--config: /dev/zero is a device; name a file"));
  EXPECT_THAT(ErrorOf({"--config"}), HasSubstr("--config needs a value"));
}

TEST(SettingsTest, ErrorsShowNoSecrets) {
  for (const char* text :
       {"secret_key: hunter2", "workers: 1\nsecret_key: hunter2",
        "database: postgres://shop:hunter2@h/shop",
        "database: 'x' postgres://shop:hunter2@h/shop",
        "rate_limits { store: redis://:hunter2@h }"}) {
    const File file("settings.textproto", text);
    EXPECT_THAT(ErrorOf({file.flag()}),
                AllOf(HasSubstr("settings.textproto:"),
                      testing::Not(HasSubstr("hunter"))))
        << text;
  }
  // Of others it is told what was found.
  const File file("settings.textproto", "workers: many");
  EXPECT_THAT(ErrorOf({file.flag()}), HasSubstr("many"));
  for (const std::vector<std::string>& flags :
       std::vector<std::vector<std::string>>{
           {"--workers=postgres://shop:hunter2@h/shop"},
           {"postgres://shop:hunter2@h/shop"},
           {"--secret_key=my", "hunter2"},
           {"--secret-key", "my", "hunter2"},
           {"--database=postgres://shop:my", "hunter2@h/shop"},
           {"--secret_key=hunter2"}}) {
    EXPECT_THAT(ErrorOf(flags), testing::Not(HasSubstr("hunter")));
  }
}

TEST(SettingsTest, LogLevel) {
  const auto none = Load({});
  ASSERT_TRUE(none.ok()) << none.status();
  SetLogLevel(Severity::kWarning);
  ApplyLogLevel(*none);
  EXPECT_FALSE(IsLogged(Severity::kInfo));
  for (const char* flag : {"--log_level=ERROR", "--log-level=error"}) {
    const auto settings = Load({flag});
    ASSERT_TRUE(settings.ok()) << settings.status();
    ApplyLogLevel(*settings);
    EXPECT_FALSE(IsLogged(Severity::kWarning));
    EXPECT_TRUE(IsLogged(Severity::kError));
  }
  const File file("settings.textproto", "log_level: INFO");
  const auto settings = Load({file.flag()});
  ASSERT_TRUE(settings.ok()) << settings.status();
  ApplyLogLevel(*settings);
  EXPECT_TRUE(IsLogged(Severity::kInfo));
  for (const char* flag :
       {"--log_level=LOUD", "--log_level=", "--log_level=1"}) {
    EXPECT_THAT(ErrorOf({flag}), AllOf(HasSubstr("--log_level: \""),
                                       HasSubstr("INFO, WARNING, ERROR")));
  }
  const File bad("settings.json", R"({"log_level": "LOUD"})");
  EXPECT_THAT(ErrorOf({bad.flag()}), HasSubstr("LOUD"));
}

// A switch takes no other word for its value.
TEST(SettingsTest, SwitchesWithTheirValueBehindThem) {
  auto settings = Load({"--health", "false", "--reflection"});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_FALSE(settings->health());
  EXPECT_TRUE(settings->reflection());
  EXPECT_THAT(ErrorOf({"--health", "maybe"}),
              HasSubstr("unexpected argument \"maybe\""));
  EXPECT_THAT(ErrorOf({"--health=maybe"}), HasSubstr("not true or false"));
}

TEST(SettingsTest, HelpNamesEverySettingWithItsDefault) {
  const std::string help = SettingsHelp(*Settings::descriptor());
  EXPECT_THAT(help, HasSubstr("--address=VALUE  (default 127.0.0.1:50051)"));
  EXPECT_THAT(help, HasSubstr("--reflection=VALUE  (default true)"));
  EXPECT_THAT(help, HasSubstr("--secret_key=VALUE\n"));
  EXPECT_THAT(help, HasSubstr("--log_level=VALUE  (default INFO, of INFO, "
                              "WARNING, ERROR)"));
  EXPECT_THAT(help, HasSubstr("--rate_limits.store=VALUE  (default memory:)"));
  EXPECT_THAT(help, HasSubstr("--authenticator=VALUE  (AuthenticatorSettings"
                              " in textproto)"));
}

}  // namespace
}  // namespace modelservice
