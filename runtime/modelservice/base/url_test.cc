#include "modelservice/base/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/secrets.h"
#include "modelservice/base/url_options.h"

namespace modelservice {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Url Parsed(absl::string_view text) {
  auto url = ParseUrl(text);
  EXPECT_TRUE(url.ok()) << text << ": " << url.status();
  return url.ok() ? *std::move(url) : Url();
}

std::string ErrorOf(absl::string_view text) {
  const auto url = ParseUrl(text);
  EXPECT_EQ(url.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(url.status().message());
}

// "name:port", or "name" without one.
std::vector<std::string> HostsOf(const Url& url) {
  std::vector<std::string> hosts;
  for (const UrlHost& host : url.hosts) {
    hosts.push_back(host.port.has_value()
                        ? absl::StrCat(host.name, " ", *host.port)
                        : host.name);
  }
  return hosts;
}

TEST(UrlTest, AllParts) {
  const Url url = Parsed(
      "redis://us%20er:p%40s%3As%25@a:1,[::1]:2,[fe80::1%25eth0],b/"
      "x%2Fy/z?a=b%26c&d&e=&a=1=2");
  EXPECT_EQ(url.scheme, "redis");
  EXPECT_TRUE(url.has_place);
  EXPECT_EQ(url.user, "us er");
  EXPECT_EQ(url.password, "p@s:s%");
  EXPECT_THAT(HostsOf(url), ElementsAre("a 1", "::1 2", "fe80::1%eth0", "b"));
  EXPECT_EQ(url.path, "x/y/z");
  ASSERT_EQ(url.settings.size(), 4u);
  EXPECT_EQ(url.settings[0].name, "a");
  EXPECT_EQ(url.settings[0].value, "b&c");
  EXPECT_EQ(url.settings[0].text, "a=b%26c");
  EXPECT_EQ(url.settings[1].name, "d");
  EXPECT_EQ(url.settings[1].value, "");
  EXPECT_EQ(url.settings[2].value, "");
  EXPECT_EQ(url.settings[3].value, "1=2");
}

TEST(UrlTest, WithoutAPlace) {
  for (const auto& [text, path] :
       {std::pair("sqlite:shop.db", "shop.db"),
        std::pair("sqlite::memory:", ":memory:"),
        std::pair("sqlite:/data/a@b:c.db?x=y", "/data/a@b:c.db"),
        std::pair("sqlite:a%20b%3Fc%25.db", "a b?c%.db"),
        std::pair("unix:/run/a,b.sock", "/run/a,b.sock")}) {
    const Url url = Parsed(text);
    EXPECT_FALSE(url.has_place);
    EXPECT_EQ(url.user, std::nullopt);
    EXPECT_THAT(url.hosts, IsEmpty());
    EXPECT_EQ(url.path, path);
  }
  EXPECT_EQ(Parsed("").path, "");
  EXPECT_EQ(Parsed("word").scheme, "");
  EXPECT_EQ(Parsed("word").path, "word");
}

TEST(UrlTest, MissingParts) {
  Url url = Parsed("postgres:///shop?host=/var/run");
  EXPECT_TRUE(url.has_place);
  EXPECT_THAT(url.hosts, IsEmpty());
  EXPECT_EQ(url.path, "shop");
  EXPECT_EQ(url.settings.at(0).value, "/var/run");
  url = Parsed("redis://ann@h");
  EXPECT_EQ(url.user, "ann");
  EXPECT_EQ(url.password, std::nullopt);
  EXPECT_EQ(url.path, "");
  url = Parsed("redis://:@h/");
  EXPECT_EQ(url.user, "");
  EXPECT_EQ(url.password, "");
  url = Parsed("redis://h?a=b");
  EXPECT_THAT(HostsOf(url), ElementsAre("h"));
  EXPECT_EQ(url.settings.size(), 1u);
}

// What other readers of URLs stumbled over. "%" alone must be escaped.
TEST(UrlTest, PasswordsThatOthersCouldNotRead) {
  for (const auto& [written, password] : {
           // dj-database-url 39: an error of Python's, or half a password.
           std::pair("foo?bar", "foo?bar"),
           // node-postgres 3013: the host was the user, the port the password.
           std::pair("abc/", "abc/"),
           // redis-py 579 and rq 960: keys of clouds are in base64.
           std::pair("F6tM/t41SZ/c57sr2KFt0=", "F6tM/t41SZ/c57sr2KFt0="),
           // ... and escaped it stayed as it was.
           std::pair("my%2Fpassword", "my/password"),
           // redis-py 799, urlobject 38, tortoise-orm 404: "Invalid IPv6 URL".
           std::pair("pass[word", "pass[word"),
           std::pair("ADM[r$VIS]", "ADM[r$VIS]"),
           // redis-py 1171: a "#" began what nobody looked at.
           std::pair("!#$^&*()[]", "!#$^&*()[]"),
           // python-socketio 240.
           std::pair("123@#!", "123@#!"),
           // ruby-pg 265.
           std::pair("a:a", "a:a"),
           // A form's "+" is a space, and here it is none.
           std::pair("a+b%2B", "a+b+"),
           std::pair("%E2%82%AC", "\xE2\x82\xAC"),
       }) {
    const std::string text =
        absl::StrCat("redis://ann:", written, "@db.example:6380/0?x=y");
    const Url url = Parsed(text);
    EXPECT_EQ(url.user, "ann") << text;
    EXPECT_EQ(url.password, password) << text;
    EXPECT_THAT(HostsOf(url), ElementsAre("db.example 6380")) << text;
    EXPECT_EQ(url.path, "0") << text;
    EXPECT_EQ(url.settings.size(), 1u) << text;
  }
  // "?" and "/" at once: it may be settings. It is an error, and not another
  // place or a shorter password.
  EXPECT_THAT(ErrorOf("redis://ann:se?cr/et@h/0"),
              AllOf(HasSubstr("is no host"), Not(HasSubstr("se"))));
}

// asyncpg 838, pgconn 38, node-postgres 3698, fe 104: brackets or colons.
TEST(UrlTest, Hosts) {
  EXPECT_THAT(HostsOf(Parsed("pq://[::1]:5432/d")), ElementsAre("::1 5432"));
  EXPECT_THAT(HostsOf(Parsed("pq://[2001:db8::1]")),
              ElementsAre("2001:db8::1"));
  EXPECT_THAT(HostsOf(Parsed("pq://u:p@[::1]:1,[::2]/d")),
              ElementsAre("::1 1", "::2"));
  // dj-database-url: the path of a socket.
  EXPECT_THAT(HostsOf(Parsed("pq://%2Fvar%2Frun/d")), ElementsAre("/var/run"));
  for (const char* text :
       {"r://:secret@host:", "r://:secret@host:0", "r://:secret@host:65536",
        "r://:secret@host:99999999999", "r://:secret@host:-1",
        "r://:secret@host:+1", "r://:secret@host: 1", "r://:secret@host:1x",
        "r://:secret@::1", "r://:secret@[::1", "r://:secret@[::1]7000",
        "r://:secret@[]", "r://:secret@:1", "r://:secret@a,,b",
        "r://:secret@a,", "r://shop:secret", "r://shop:secret/1",
        "r://shop:1secret,b/1"}) {
    EXPECT_THAT(ErrorOf(text),
                AllOf(HasSubstr("\" is no host, or no host and port"),
                      Not(HasSubstr("secret"))))
        << text;
  }
  EXPECT_EQ(ErrorOf("r://:secret@a:1,b:70000"),
            "\"b:70000\" is no host, or no host and port");
}

TEST(UrlTest, EscapesThatAreNone) {
  for (const auto& [text, fault] :
       {std::pair("r://a%:secret@h", "a % in the user begins no escape"),
        std::pair("r://a:secret%2@h", "a % in the password begins no escape"),
        std::pair("r://a:secret%zz@h", "a % in the password begins no escape"),
        std::pair("r://a:secret%0x@h", "a % in the password begins no escape"),
        std::pair("r://h%", "a % in the host begins no escape"),
        std::pair("r://h/%1", "\"%\" without two hex digits"),
        std::pair("s:100%.db", "\"%\" without two hex digits"),
        std::pair("r://h?a%=1", "a % in the setting's name begins no escape"),
        std::pair("r://h?password=secret%",
                  "a % in the value of password begins no escape"),
        std::pair("r://h/a%00b", "%00 cannot be part of a path"),
        std::pair("r://u:secret%00@h", "%00 cannot be part of a password"),
        std::pair("r://u:secret@h\n", "a line break"),
        std::pair("r://u:secret@h\t", "a line break")}) {
    EXPECT_THAT(ErrorOf(text),
                AllOf(HasSubstr(fault), Not(HasSubstr("secret"))))
        << text;
  }
}

TEST(UrlTest, PlainPercent) {
  std::string plain = "before";
  EXPECT_TRUE(DecodePercent("", &plain));
  EXPECT_EQ(plain, "");
  EXPECT_TRUE(DecodePercent("%41%62c", &plain));
  EXPECT_EQ(plain, "Abc");
  for (const char* text :
       {"%", "%4", "a%", "%g1", "%1g", "%+1", "% 1", "%%41"}) {
    EXPECT_FALSE(DecodePercent(text, &plain)) << text;
  }
}

TEST(UrlTest, Ports) {
  int port = 0;
  EXPECT_TRUE(ParsePort("1", &port) && port == 1);
  EXPECT_TRUE(ParsePort("65535", &port) && port == 65535);
  for (const char* text : {"", "0", "65536", "-1", "+1", " 1", "1 ", "1.0", "x",
                           "4294967297", "99999999999999999999"}) {
    EXPECT_FALSE(ParsePort(text, &port)) << text;
  }
}

// A URL that cannot be read is shown without what may be a password.
TEST(UrlTest, NoPasswordIsShown) {
  for (const char* text :
       {"r://u:se?cr@h", "r://u:se?cr/et@h", "r://u:se/cr?et@h",
        "r://u:1?x=se@h/d", "r://u:1/se@h", "r://u:se", "r://u:se,b",
        "r://u:se:1", "r://[::1:se@h", "see r://u:se@h"}) {
    const std::string shown = MaskUrl(text);
    EXPECT_THAT(shown, Not(AnyOf(HasSubstr(":se"), HasSubstr("cr"),
                                 HasSubstr("=se"), HasSubstr("/se"))))
        << text;
    EXPECT_THAT(shown, HasSubstr("...")) << text;
  }
}

TEST(UrlOptionsTest, SetsWhatIsNamed) {
  int count = 1, bounded = 2;
  absl::Duration time, some;
  bool on = false;
  UrlOptions options;
  options.Count("count", &count)
      .Count("bounded", &bounded, 0, 5)
      .Time("time", &time)
      .TimeAboveZero("some", &some)
      .Switch("on", &on);
  EXPECT_EQ(options.names(), "count, bounded, time, some, on");
  std::vector<UrlSetting> others;
  const auto read = [&](absl::string_view query) {
    const auto settings = ParseUrlSettings(query);
    return settings.ok() ? options.Read(*settings, &others) : settings.status();
  };
  EXPECT_TRUE(read("bounded=0&x=1&time=0&some=5ms&on=true&x=2").ok());
  EXPECT_EQ(count, 1);
  EXPECT_EQ(bounded, 0);
  EXPECT_EQ(some, absl::Milliseconds(5));
  EXPECT_TRUE(on);
  ASSERT_EQ(others.size(), 2u);
  EXPECT_EQ(others[1].text, "x=2");
  for (const auto& [query, fault] :
       {std::pair("count=0",
                  "count must be a whole number from 1 up, not "
                  "\"0\""),
        std::pair("count=x", "count must be a whole number from 1 up"),
        std::pair("count", "count must be a whole number from 1 up, not \"\""),
        std::pair("bounded=6", "bounded must be a whole number from 0 to 5"),
        std::pair("bounded=-1", "bounded must be a whole number from 0 to 5"),
        std::pair("time=5", "time must be a duration like 2s or 500ms"),
        std::pair("time=-1s", "time must be a duration like 2s or 500ms"),
        std::pair("some=0", "some must be a duration above zero"),
        std::pair("on=TRUE", "on must be true or false, not \"TRUE\""),
        std::pair("on=true&on=true", "on is there twice"),
        std::pair("on=%zz", "a % in the value of on")}) {
    const absl::Status status = read(query);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << query;
    EXPECT_THAT(std::string(status.message()), HasSubstr(fault)) << query;
  }
}

}  // namespace
}  // namespace modelservice
