#include "plugin/diagnostics.h"

#include <gtest/gtest.h>

namespace modelservice::plugin {
namespace {

TEST(DiagnosticsTest, SortsByPlaceAndNumbersByValue) {
  Diagnostics diagnostics;
  diagnostics.Report({"b.proto", 1, 1}, "B", "late", "mend");
  diagnostics.Report({"a.proto", 10, 1}, "A.x", "second", "mend");
  diagnostics.Report({"a.proto", 9, 12}, "A.x", "first", "mend");
  EXPECT_EQ(diagnostics.Text(),
            "3 errors\n"
            "a.proto:9:12: error: A.x: first; mend\n"
            "a.proto:10:1: error: A.x: second; mend\n"
            "b.proto:1:1: error: B: late; mend");
}

TEST(DiagnosticsTest, SaysTheSameOnce) {
  Diagnostics diagnostics;
  EXPECT_TRUE(diagnostics.empty());
  diagnostics.Report({"a.proto", 1, 1}, "A", "fault", "mend");
  diagnostics.Report({"a.proto", 1, 1}, "A", "fault", "mend");
  EXPECT_FALSE(diagnostics.empty());
  EXPECT_EQ(diagnostics.Text(), "1 error\na.proto:1:1: error: A: fault; mend");
}

TEST(DiagnosticsTest, IsOneLineEach) {
  Diagnostics diagnostics;
  diagnostics.Report({"a.proto", 1, 1}, "A", "has \"a\nb\x7f\"", "mend");
  EXPECT_EQ(diagnostics.Text(),
            "1 error\na.proto:1:1: error: A: has \"a\\x0ab\\x7f\"; mend");
}

TEST(DiagnosticsTest, LeavesOutAnUnknownPlace) {
  Diagnostics diagnostics;
  diagnostics.Report({"a.proto", 0, 0}, "A", "fault", "mend");
  EXPECT_EQ(diagnostics.Text(), "1 error\na.proto: error: A: fault; mend");
}

TEST(DiagnosticsTest, NotesAreNoErrors) {
  Diagnostics diagnostics;
  diagnostics.Note({"b.proto", 2, 1}, "B", "fact", "mend");
  diagnostics.Note({"a.proto", 0, 0}, "A", "fact", "mend");
  diagnostics.Note({"a.proto", 0, 0}, "A", "fact", "mend");
  diagnostics.Warn({"a.proto", 3, 1}, "A", "fact", "mend");
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_EQ(diagnostics.Notes(),
            "a.proto: note: A: fact; mend\n"
            "a.proto:3:1: warning: A: fact; mend\n"
            "b.proto:2:1: note: B: fact; mend\n");
}

}  // namespace
}  // namespace modelservice::plugin
