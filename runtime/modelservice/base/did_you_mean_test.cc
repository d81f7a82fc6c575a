#include "modelservice/base/did_you_mean.h"

#include <gtest/gtest.h>

namespace modelservice {
namespace {

TEST(DidYouMeanTest, NamesTheNearest) {
  const std::vector<std::string> known = {"address", "grace_period", "serve",
                                          "workers", "log_level"};
  EXPECT_EQ(DidYouMean("adress", known), "; did you mean \"address\"?");
  EXPECT_EQ(DidYouMean("grace-perod", known, "--"),
            "; did you mean \"--grace_period\"?");
  EXPECT_EQ(DidYouMean("sevre", known), "; did you mean \"serve\"?");
  EXPECT_EQ(DidYouMean("loglevel", known), "; did you mean \"log_level\"?");
  EXPECT_EQ(DidYouMean("database", known), "");
  EXPECT_EQ(DidYouMean("", known), "");
  EXPECT_EQ(DidYouMean(std::string(10000, 'a'), known), "");
  EXPECT_EQ(DidYouMean("x", {}), "");
}

}  // namespace
}  // namespace modelservice
