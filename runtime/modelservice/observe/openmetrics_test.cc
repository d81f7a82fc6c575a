#include "modelservice/observe/openmetrics.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/time/time.h"

namespace modelservice {
namespace {

TEST(OpenMetrics, WritesEachKind) {
  Measures measures;
  measures.AddCounter("shop_orders_total", "Orders.", {{"way", "a\"b\\c\nd"}},
                      3);
  measures.AddGauge("shop_open", "Whether it is open.", {}, 0.5);
  EXPECT_EQ(OpenMetricsOf(measures),
            "# TYPE shop_open gauge\n"
            "# HELP shop_open Whether it is open.\n"
            "shop_open 0.5\n"
            "# TYPE shop_orders counter\n"
            "# HELP shop_orders Orders.\n"
            "shop_orders_total{way=\"a\\\"b\\\\c\\nd\"} 3\n"
            "# EOF\n");
  EXPECT_EQ(OpenMetricsOf(Measures()), "# EOF\n");
}

TEST(OpenMetrics, BucketsHaveExemplars) {
  Histogram histogram(Histogram::kSeconds);
  histogram.Add(absl::Microseconds(50));
  histogram.Add(absl::Seconds(20));
  Measures measures;
  Measures::Sample& sample = measures.AddHistogram("wait_seconds", "Waits.",
                                                   {{"code", "OK"}}, histogram);
  sample.buckets[0].exemplar = {"0af7651916cd43dd8448eb211c80319c",
                                "b7ad6b7169203331", 0.00005,
                                absl::FromUnixMillis(1520879607789)};
  const std::string text = OpenMetricsOf(measures);
  EXPECT_NE(text.find("wait_seconds_bucket{code=\"OK\",le=\"0.0001\"} 1 # "
                      "{trace_id=\"0af7651916cd43dd8448eb211c80319c\",span_id="
                      "\"b7ad6b7169203331\"} 5e-05 1520879607.789\n"),
            std::string::npos)
      << text;
  for (const char* line : {"wait_seconds_bucket{code=\"OK\",le=\"1.0\"} 1\n",
                           "wait_seconds_bucket{code=\"OK\",le=\"+Inf\"} 2\n",
                           "wait_seconds_count{code=\"OK\"} 2\n",
                           "wait_seconds_sum{code=\"OK\"} 20.00005\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(OpenMetrics, IsWhatScrapersAskFor) {
  EXPECT_TRUE(AcceptsOpenMetrics(
      "application/openmetrics-text;version=1.0.0;q=0.5,"
      "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;"
      "version=0.0.4;q=0.3,*/*;q=0.2"));
  EXPECT_TRUE(
      AcceptsOpenMetrics("application/openmetrics-text;version=0.0.1;q=0,"
                         "application/openmetrics-text;version=1.0.0;q=0.001"));
  EXPECT_TRUE(AcceptsOpenMetrics("text/plain, Application/OpenMetrics-Text"));
  for (const char* accept :
       {"", "*/*", "text/plain;version=0.0.4", "application/openmetrics-texts",
        "application/openmetrics-text;q=0",
        "application/openmetrics-text; Q = 0.000, */*",
        "application/openmetrics-text;version=1.0.0;q=0.2,"
        "text/plain;q=0.3"}) {
    EXPECT_FALSE(AcceptsOpenMetrics(accept)) << accept;
  }
}

}  // namespace
}  // namespace modelservice
