// Orders with JSON in them.
#ifndef MODELSERVICE_TESTS_INTEGRATION_WAYS_JSON_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_WAYS_JSON_FIXTURE_H_

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "ways_fixture.h"

namespace integration::ways {

class WaysJsonTest : public WaysTest {
 protected:
  void SetUp() override {
    WaysTest::SetUp();
    AddOrder(1, "NULL", 1,
             R"({"severity": 3, "who": "Ann", "ok": true, "at": null,
                 "in": {"deep": "x", "n": 1.5}})",
             R"({"env": "prod", "team": ""})", R"({"5": "7", "-1": "0"})",
             R"('{"roomName": "north", "floor": 2, "serial": "12",
                  "open": true, "color": "RED", "inner": {"text": "in"},
                  "names": ["a"], "level": 0, "ratio": 0.1, "title": "",
                  "at": "2020-01-01T00:00:00Z", "extra": 4,
                  "parts": {"a.b": {"text": "p"}}, "span": "1.500s",
                  "items": [{"text": "one"}, {"text": "two"}, {}],
                  "list": ["x", 3, true, null, {"k": "v"}, [7]],
                  "sizes": ["5", "-6"],
                  "times": ["2020-01-01T00:00:00.5Z"], "colors": ["RED"],
                  "lists": {"a": ["p", "q*"]}, "spans": {"s": "-0.5s"},
                  "structs": [{"k": {"deep": 1}}, {"m": ["z"]}]}')");
    SetLists(1, {"pen", "red ink"}, {1, 9007199254740993},
             R"([{"text": "lid"}])");
    AddOrder(2, "NULL", 2, R"({"severity": "3", "who": "Bob", "ok": false})",
             R"({"env": "test"})", R"({"5": "9"})", "'{}'");
    AddOrder(3, "NULL", 3);
  }

  void SetLists(int id, const std::vector<std::string>& words,
                const std::vector<int64_t>& sizes, const std::string& parts) {
    // As an array of PostgreSQL, and as JSON.
    const char* const ends = OnPostgres() ? "{}" : "[]";
    Run(absl::StrCat("UPDATE customer_order SET words = '", Front(ends), "\"",
                     absl::StrJoin(words, "\",\""), "\"", ends + 1,
                     "', sizes = '", Front(ends), absl::StrJoin(sizes, ","),
                     ends + 1, "', parts = '", parts, "' WHERE id = ", id));
  }

  static absl::string_view Front(const char* ends) { return {ends, 1}; }
};

}  // namespace integration::ways

#endif  // MODELSERVICE_TESTS_INTEGRATION_WAYS_JSON_FIXTURE_H_
