// Filters into JSON of which another program wrote some, and not as the model
// has it; and into columns of PostgreSQL's that are not jsonb.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/objects.h"
#include "ways_json_fixture.h"

namespace integration::ways {
namespace {

class WaysOddJsonTest : public WaysJsonTest {
 protected:
  // Has JSON lie in columns of a type, and a server that knows.
  void LieIn(const std::string& type) {
    const std::string url = server().database_url();
    TakeServer().reset();
    std::string sql = "ALTER TABLE customer_order ";
    for (const char* column :
         {"custom", "labels", "counts", "details", "parts"}) {
      absl::StrAppend(&sql, "ALTER ", column, " DROP DEFAULT, ALTER ", column,
                      " TYPE ", type, " USING ", column, "::", type, ", ");
    }
    // An array's JSON.
    for (const char* column : {"words", "sizes"}) {
      absl::StrAppend(&sql, "ALTER ", column, " DROP DEFAULT, ALTER ", column,
                      " TYPE ", type, " USING to_json(", column, ")::", type,
                      ", ");
    }
    for (const char* column : {"words", "sizes", "parts"}) {
      absl::StrAppend(&sql, "ALTER ", column, " SET DEFAULT '[]'",
                      *column == 'p' ? "" : ", ");
    }
    RunSql(url, sql);
    Options options;
    options.settings.set_database(url);
    Restart(std::move(options));
  }
  void ExpectOthersAreFound() {
    for (const char* filter : {"labels.env = prod",
                               "labels:env labels.team:*",
                               "counts.5 = 7",
                               "counts:\"-1\" total < 3",
                               "counts.5 < 8",
                               "custom.severity = 3",
                               "custom.who = Ann",
                               "custom.ok = true",
                               "custom.in:deep",
                               "custom.in.n < 2",
                               "details.room_name = north",
                               "details.floor > 1",
                               "details.serial = 12",
                               "details.open = true",
                               "details.color = RED",
                               "details.inner.text = in",
                               "details.level = 0",
                               "details.ratio = 0.1",
                               "details.title = \"\"",
                               "details.at > 1999-01-01T00:00:00Z",
                               "details.span < 2s",
                               "details.spans.s < 0s",
                               "details.names:a",
                               "details.items.text:two",
                               "details.sizes:5",
                               "details.times:2020-01-01T00:00:00.5Z",
                               "details.list:3",
                               "details.extra = 4",
                               "words:pen",
                               "sizes:1",
                               "parts.text:lid"}) {
      EXPECT_EQ(Found(filter), "1") << filter;
    }
    EXPECT_EQ(Found("details.floor = 0"), "2");
    EXPECT_EQ(Found("details.serial < 12 total < 4"), "2");
  }

  // All of an order's JSON is `odd`.
  void ExpectHidesNoOthers(const std::string& odd) {
    AddOrder(10, "NULL", 10, odd, odd, odd, absl::StrCat("'", odd, "'"));
    Run(absl::StrCat("UPDATE customer_order SET words = '", odd, "', parts = '",
                     odd, "' WHERE id = 10"));
    SCOPED_TRACE(odd.substr(0, 40));
    ExpectOthersAreFound();
    // By a program's own condition, too.
    const auto found =
        modelservice::Objects<Order>(server().database())
            .Filter(OrderModel::custom.Path("severity") == 3 ||
                    OrderModel::details.Path("room_name") == "north" ||
                    OrderModel::details.Path("level").IsNull())
            .Count();
    EXPECT_TRUE(found.ok()) << found.status();
    Run("DELETE FROM customer_order WHERE id = 10");
  }
};

// Another program wrote them: what is no message is in no reply, and keeps no
// other row out of one.
TEST_F(WaysOddJsonTest, AnOddRowHidesNoOthers) {
  AddOrder(4, "NULL", 4, "{}", "{}", R"({"5": "many", "-1": 1.5})",
           R"('{"roomName": 7, "floor": "x", "serial": "many", "open": 1,
                "color": 1, "inner": [], "names": {"a": 1}, "items": 5,
                "at": "2020-02-30T00:00:00Z", "span": "long", "sizes": ["x"],
                "times": ["x", 1, "2020-13-01T00:00:00Z"], "ratio": "x",
                "title": {}, "spans": {"s": "s"}, "list": "x"}')");
  if (!OnPostgres()) {
    for (const char* odd : {"{", "x", "", "[1", "{\"floor\":1}}"}) {
      ExpectHidesNoOthers(odd);
    }
  }
  ExpectOthersAreFound();
}

// PostgreSQL's jsonb is not made of any text, nor of all of json.
TEST_F(WaysOddJsonTest, AnOddTextHidesNoOthers) {
  if (!OnPostgres()) return;
  LieIn("text");
  ExpectOthersAreFound();
  for (const char* odd : {"", "{", "x", "[1", "{\"floor\":1}}", "{\"floor\":}",
                          "\"\\u0000\"", "{\"floor\":\"\\ud800\"}",
                          "{\"floor\":1e400000}", "[[],,[]]", "\\x7b7d"}) {
    ExpectHidesNoOthers(odd);
  }
  ExpectHidesNoOthers(std::string(20000, '['));
}

TEST_F(WaysOddJsonTest, AnOddJsonHidesNoOthers) {
  if (!OnPostgres()) return;
  LieIn("json");
  ExpectOthersAreFound();
  for (const char* odd :
       {"\"\\u0000\"", "{\"floor\":\"\\ud800\"}", "{\"floor\":1e400000}",
        "{\"floor\":1,\"floor\":\"\\u0000\"}", "[\"\\udc00\"]"}) {
    ExpectHidesNoOthers(odd);
  }
}

TEST_F(WaysOddJsonTest, BytesAreNotLookedInto) {
  if (!OnPostgres()) return;
  const std::string url = server().database_url();
  TakeServer().reset();
  RunSql(url,
         "ALTER TABLE customer_order ALTER custom DROP DEFAULT, ALTER custom"
         " TYPE bytea USING convert_to(custom::text, 'UTF8')");
  Options options;
  options.settings.set_database(url);
  Restart(std::move(options));
  for (const char* filter :
       {"custom.severity = 3", "custom:severity", "custom.in:deep"}) {
    EXPECT_THAT(Fault(filter),
                ::testing::HasSubstr("cannot be looked into: its column has"))
        << filter;
  }
  EXPECT_EQ(Found("labels.env = prod"), "1");
}

// What is in a text is found as if it were jsonb.
TEST_F(WaysOddJsonTest, ATextIsSearchedAsJsonbIs) {
  if (!OnPostgres()) return;
  LieIn("text");
  AddOrder(4, "NULL", 4, "{ \"severity\" : 3.0 }", "{\"e\\u006ev\":\"prod\"}");
  EXPECT_EQ(Found("custom.severity = 3"), "1 4");
  EXPECT_EQ(Found("custom.severity != 3"), "2 3");
  EXPECT_EQ(Found("custom:severity"), "1 2 4");
  EXPECT_EQ(Found("labels.env = prod"), "1 4");
  EXPECT_EQ(Found("-labels:env"), "3");
  EXPECT_EQ(Found("words:*"), "1");
  EXPECT_EQ(Found("NOT words:pen"), "2 3 4");
}

// JSON says some characters in several ways, and SQLite's paths have no
// quotation mark.
TEST_F(WaysOddJsonTest, KeysOfAnyCharacters) {
  struct Key {
    const char* key;
    const char* json;  // another way to write it
  };
  constexpr Key kKeys[] = {{"a\"b", R"("a\u0022b")"},
                           {"\"", R"("\"")"},
                           {"<b>", R"("\u003Cb>")"},
                           {"a\\b", R"("a\\b")"},
                           {"\\", R"("\u005c")"},
                           {"it's", R"("it\u0027s")"},
                           {"a&b", R"("a\u0026b")"},
                           {"a/b", R"("a\/b")"},
                           {"\t\n", R"("\u0009\n")"},
                           {"ü😀", R"("\u00fc\ud83d\ude00")"},
                           {"a.b", R"("a.b")"},
                           {"a[0]", R"("a[0]")"},
                           {" a ", R"(" a ")"},
                           {"$", R"("$")"},
                           {"", R"("")"}};
  const auto orders =
      modelservice::Objects<Order>(server().database()).AllTenants();
  int id = 100;
  for (const Key& key : kKeys) {
    SCOPED_TRACE(key.json);
    ++id;
    const std::string json =
        absl::StrCat("{\"x\": {", key.json, ": 0}, ", key.json,
                     ": {\"in\": [\"v", id, "\"]}}");
    std::string quoted = absl::StrReplaceAll(json, {{"'", "''"}});
    AddOrder(id, "NULL", id, quoted);
    Order made = *orders.Filter(OrderModel::id == id).Get();
    (*made.mutable_labels())[key.key] = absl::StrCat("v", id);
    ASSERT_EQ(orders.Update(&made), absl::OkStatus());
    const auto found =
        orders
            .Filter(OrderModel::custom.Path(key.key, "in", 0).Text() ==
                    absl::StrCat("v", id))
            .All();
    ASSERT_TRUE(found.ok()) << found.status();
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->front().id(), id);
    if (*key.key == '\0') continue;  // a filter's names are not empty
    const std::string name = absl::StrCat(
        "\"", absl::StrReplaceAll(key.key, {{"\\", "\\\\"}, {"\"", "\\\""}}),
        "\"");
    EXPECT_EQ(Found(absl::StrCat("labels.", name, " = v", id)),
              absl::StrCat(id));
    EXPECT_EQ(Found(absl::StrCat("labels:", name)), absl::StrCat(id));
    EXPECT_EQ(Found(absl::StrCat("custom.", name, ".in:v", id)),
              absl::StrCat(id));
  }
}

}  // namespace
}  // namespace integration::ways
