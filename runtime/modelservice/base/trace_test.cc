#include "modelservice/base/trace.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

constexpr char kParent[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceTest, GoesOnFromItsCaller) {
  const Trace trace = Trace::Continue(kParent, "vendor=1");
  EXPECT_EQ(trace.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(trace.parent_id, "b7ad6b7169203331");
  EXPECT_EQ(trace.span_id.size(), 16u);
  EXPECT_NE(trace.span_id, trace.parent_id);
  EXPECT_TRUE(trace.sampled);
  EXPECT_EQ(trace.state, "vendor=1");
  EXPECT_EQ(trace.Header(), absl::StrCat("00-0af7651916cd43dd8448eb211c80319c-",
                                         trace.span_id, "-01"));
  EXPECT_FALSE(Trace::Continue("00-0af7651916cd43dd8448eb211c80319c-"
                               "b7ad6b7169203331-02",
                               std::nullopt)
                   .sampled);
  // A version of the future, with more behind.
  EXPECT_EQ(Trace::Continue("cc-0af7651916cd43dd8448eb211c80319c-"
                            "b7ad6b7169203331-01-what",
                            std::nullopt)
                .parent_id,
            "b7ad6b7169203331");
}

TEST(TraceTest, BeginsAnewWhereThereIsNone) {
  for (const char* header :
       {"", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
        "00-0af7651916cd43dd8448eb211c80319c b7ad6b7169203331-01"}) {
    const Trace trace = Trace::Continue(header, "vendor=1");
    EXPECT_EQ(trace.parent_id, "") << header;
    EXPECT_EQ(trace.state, "") << header;
    EXPECT_FALSE(trace.sampled) << header;
    // What it sends on is well-formed all the same.
    EXPECT_EQ(Trace::Continue(trace.Header(), std::nullopt).trace_id,
              trace.trace_id);
  }
}

TEST(TraceTest, AStateHasBounds) {
  const auto state_of = [](const std::string& state) {
    return Trace::Continue(kParent, state).state;
  };
  const std::string fits = absl::StrCat("a=", std::string(510, 'x'));
  EXPECT_EQ(state_of(fits), fits);
  // Whole members, long ones are left out first.
  const std::string most = absl::StrCat("=", std::string(100, 'x'));
  EXPECT_EQ(state_of(absl::StrCat("a", most, ", b", most, most, ",c", most,
                                  ",,d", most, ",e", most, ",f", most)),
            absl::StrCat("a", most, ",c", most, ",d", most, ",e", most));
  // 32 members, and not one more.
  std::string members = "k0=0";
  for (int i = 1; i < 32; ++i) absl::StrAppend(&members, ",k", i, "=0");
  EXPECT_EQ(state_of(members), members);
  EXPECT_EQ(state_of(members + ",k32=0"), "");
  for (const char* odd : {"a=1\nb", "Zo\xc3\xab=1", "a=\x7f"}) {
    EXPECT_EQ(state_of(odd), "") << odd;
  }
}

TEST(TraceTest, IdsAreDifferent) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(NewHexId(16));
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(NewHexId(32).size(), 32u);
}

TEST(TraceTest, OneWordIsAnId) {
  EXPECT_TRUE(IsSaneId("web-1:a_b.c/d+e=f@g"));
  EXPECT_TRUE(IsSaneId(std::string(128, 'a')));
  for (const std::string& id :
       {std::string(), std::string(129, 'a'), std::string("a b"),
        std::string("a\n"), std::string("\""), std::string("\xC3\xBC"),
        std::string("a\0b", 3)}) {
    EXPECT_FALSE(IsSaneId(id)) << id;
  }
}

}  // namespace
}  // namespace modelservice
