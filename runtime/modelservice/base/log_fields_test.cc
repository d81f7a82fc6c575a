#include "modelservice/base/log_fields.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <future>
#include <random>
#include <string>

#include "modelservice/base/log_form.h"
#include "modelservice/base/log_queue.h"
#include "modelservice/base/log_test_support.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

std::string Written(const LogFields& fields) {
  std::string text;
  fields.AppendText(&text);
  return text;
}

std::string JsonOf(const LogFields& fields) {
  std::string text;
  fields.AppendJson(&text);
  return text;
}

std::string JsonString(absl::string_view text) {
  std::string json;
  AppendJsonString(text, &json);
  return json;
}

bool IsJson(const std::string& text, google::protobuf::Struct* object) {
  return google::protobuf::util::JsonStringToMessage(text, object).ok();
}

TEST(LogFieldsTest, AreTextAndJson) {
  LogFields fields;
  fields.Text("method", "/a.B/C").Number("ms", 1.5).AreInText();
  fields.Number("rows", int64_t{3}).Text("peer", "ipv4:1").Text("none", "");
  EXPECT_EQ(Written(fields), " rows=3 peer=ipv4:1");
  EXPECT_EQ(
      JsonOf(fields),
      ",\"method\":\"/a.B/C\",\"ms\":1.500,\"rows\":3,\"peer\":\"ipv4:1\"");
}

TEST(LogFieldsTest, TextThatIsNoWordIsQuoted) {
  LogFields fields;
  fields.Text("a", "b c").Text("d", "e=f").Text("g", "\"\n");
  EXPECT_EQ(Written(fields), " a=\"b c\" d=\"e=f\" g=\"\\\"\\u000a\"");
}

// Who writes into a log by a name that he chose writes no line of his own, and
// nothing that a terminal obeys.
TEST(LogFieldsTest, NobodyIsGivenOrders) {
  LogFields fields;
  fields.Text("a", "\x1b[2J").Text("b", "\xC2\x9B[2J").Text("c", "\x9B[2J");
  EXPECT_EQ(Written(fields),
            " a=\"\\u001b[2J\" b=\"\\u009b[2J\" c=\"\xEF\xBF\xBD[2J\"");
  EXPECT_EQ(LogWord("jwt:ann"), "jwt:ann");
  EXPECT_EQ(LogWord("jwt:ann OK"), "\"jwt:ann OK\"");
  EXPECT_EQ(JsonString("\xC2\x85"), "\"\\u0085\"");

  Pipe pipe;
  LogQueue(pipe.writer())
      .Add(Severity::kInfo, "\x1b[2J\xC2\x9B[2J\t\x7f \xC3\x9B");
  pipe.CloseWriter();
  const auto lines = pipe.ReadLines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].substr(lines[0].find("INFO")),
            "INFO  [2J  [2J   \xC3\x9B");
}

TEST(LogFieldsTest, JsonIsValidWhateverIsInIt) {
  EXPECT_EQ(JsonString("a\"b\\c\td\x7f"), "\"a\\\"b\\\\c\\u0009d\\u007f\"");
  EXPECT_EQ(JsonString("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "\"gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80\"");
  // Half a character, one too long, a surrogate, one past the end.
  for (const char* text : {"\xC3", "\xC0\xAF", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"}) {
    const std::string json = JsonString(text);
    EXPECT_EQ(json.substr(0, 4), "\"\xEF\xBF\xBD") << json;
  }
  std::minstd_rand random(17);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (size_t n = random() % 30; n > 0; --n) {
      bytes.push_back(static_cast<char>(random() % 256));
    }
    google::protobuf::Struct object;
    ASSERT_TRUE(IsJson("{\"a\":" + JsonString(bytes) + "}", &object));
  }
}

TEST(LogFieldsTest, TheQueueWritesEitherForm) {
  Pipe pipe;
  // More than the pipe holds is written.
  auto reading =
      std::async(std::launch::async, [&pipe] { return pipe.ReadLines(); });
  {
    LogQueue queue(pipe.writer());
    LogFields fields;
    fields.Number("ms", 0.25).Text("sql", "SELECT \"a\"");
    queue.Add(Severity::kInfo, "call", fields);
    EXPECT_TRUE(queue.Flush(kPatience));
    queue.SetFormat(LogFormat::kJson);
    queue.Add(Severity::kWarning, "two\nlines \xFF", fields);
    queue.Add(Severity::kError, std::string(20 << 10, '\xE2'));
  }
  pipe.CloseWriter();
  const auto lines = reading.get();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_NE(lines[0].find("INFO call ms=0.250 sql=\"SELECT \\\"a\\\"\""),
            std::string::npos)
      << lines[0];
  google::protobuf::Struct object;
  ASSERT_TRUE(IsJson(lines[1], &object)) << lines[1];
  EXPECT_EQ(object.fields().at("severity").string_value(), "WARNING");
  EXPECT_EQ(object.fields().at("text").string_value(),
            "two lines \xEF\xBF\xBD");
  EXPECT_EQ(object.fields().at("ms").number_value(), 0.25);
  EXPECT_EQ(object.fields().at("sql").string_value(), "SELECT \"a\"");
  EXPECT_EQ(object.fields().at("time").string_value().size(), 27u);
  ASSERT_TRUE(IsJson(lines[2], &object));
}

}  // namespace
}  // namespace modelservice
