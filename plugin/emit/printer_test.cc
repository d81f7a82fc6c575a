#include "plugin/emit/printer.h"

#include <gtest/gtest.h>

namespace modelservice::plugin {
namespace {

TEST(PrinterTest, DropsTheIndentationThatLinesShare) {
  Printer out;
  out.Emit(R"(
    struct A {
      int x;

      int y;
    };
  )");
  EXPECT_EQ(out.text(), "struct A {\n  int x;\n\n  int y;\n};\n");
}

TEST(PrinterTest, NeverReadsAValueAsATemplate) {
  Printer out;
  out.Emit({{"name", "$other$ $$ %s \\"}, {"other", "wrong"}}, R"(
    <$name$> costs $$5
  )");
  EXPECT_EQ(out.text(), "<$other$ $$ %s \\> costs $5\n");
}

TEST(PrinterTest, IndentsEachLineOfAValue) {
  Printer out;
  out.Emit({{"lines", "a\n\n  b"}, {"call", "f(\n    x)"}}, R"(
    {
      $lines$
      return $call$;
    }
  )");
  EXPECT_EQ(out.text(), "{\n  a\n\n    b\n  return f(\n      x);\n}\n");
}

TEST(PrinterTest, AnEmptyValueTakesItsLineAway) {
  Printer out;
  out.Emit({{"comment", ""}, {"nothing", [] {}}, {"tail", ""}}, R"(
    $comment$
    x$tail$;
    $nothing$
    y;
  )");
  EXPECT_EQ(out.text(), "x;\ny;\n");
}

TEST(PrinterTest, CallbacksEmitInPlaceAtAnyDepth) {
  Printer out;
  const auto innermost = [&] { out.Emit("deep;"); };
  const auto inner = [&] {
    out.Emit({{"body", innermost}}, R"(
      if (x) {
        $body$
      }
    )");
  };
  out.Emit({{"body", inner}}, R"(
    {
      $body$
    }
  )");
  out.Emit("end;");
  EXPECT_EQ(out.text(), "{\n  if (x) {\n    deep;\n  }\n}\nend;\n");
}

TEST(PrinterTest, KeepsTheBlankLineThatEndsATemplate) {
  Printer out;
  out.Emit(R"(
    a;

  )");
  out.Blank();
  out.Emit("b;");
  EXPECT_EQ(out.text(), "a;\n\n\nb;\n");
}

TEST(PrinterDeathTest, AWrongTemplateIsABug) {
  Printer out;
  EXPECT_DEATH(out.Emit({{"a", "b"}}, "$c$"), "no substitution: c");
  EXPECT_DEATH(out.Emit({{"a", "b"}}, "1$"), "unpaired \\$");
  EXPECT_DEATH(out.Emit({{"a", [] {}}}, "x $a$"), "callback inside a line");
}

}  // namespace
}  // namespace modelservice::plugin
