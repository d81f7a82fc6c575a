// Tests of what reads and checks text: UTF-8 and formats.
#include <gtest/gtest.h>

#include <string>

#include "modelservice/schema/format.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

TEST(Utf8, TakesWhatIsWellFormed) {
  for (const char* text :
       {"", "ascii, longer than eight bytes", "\xC2\x80", "\xDF\xBF",
        "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "12345678\xC3\xA9 and on"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
  EXPECT_TRUE(IsUtf8(absl::string_view("a\0b", 3)));
}

TEST(Utf8, RefusesWhatIsNot) {
  for (const char* text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x9F\xBF",
        "\xE0\xA0", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF",
        "\xF0\x90\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
        "12345678\xFF", "1234567\xC3"}) {
    EXPECT_FALSE(IsUtf8(text)) << text;
  }
}

TEST(Utf8, CopiesAndTellsAscii) {
  for (size_t size = 0; size <= 40; ++size) {
    const std::string ascii(size, 'a');
    std::string copy(size + 1, '#');
    EXPECT_TRUE(CopyAndTellAscii(ascii, &copy[0])) << size;
    EXPECT_EQ(copy, ascii + "#");
    for (size_t i = 0; i < size; ++i) {
      std::string other = ascii;
      other[i] = '\x80';
      EXPECT_FALSE(CopyAndTellAscii(other, &copy[0])) << i << " of " << size;
      EXPECT_EQ(copy, other + "#");
      EXPECT_FALSE(IsUtf8(other)) << i << " of " << size;
    }
  }
}

TEST(Utf8, CountsCharacters) {
  EXPECT_EQ(Utf8Length(""), 0u);
  EXPECT_EQ(Utf8Length("abc"), 3u);
  EXPECT_EQ(Utf8Length("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 3u);
}

struct Case {
  Format format;
  const char* good;
  const char* bad;
};

TEST(Format, TellsGoodFromBad) {
  const Case cases[] = {
      {Format::kEmail, "tom@example.com", "tom@example"},
      {Format::kEmail, "a.b+c@x-y.org", "a..b@x.org"},
      {Format::kEmail, "tom@localhost", "@example.com"},
      {Format::kEmail, "\"a.b\"@example.com", "tom@ex ample.com"},
      {Format::kEmail, "\"a@b\"@example.com", "a@b@example.com"},
      {Format::kEmail, "tom@bücher.example", "tom@-b.example"},
      {Format::kEmail, "tom@日本.jp", "tom@b-.example"},
      {Format::kEmail, "tom@xn--bcher-kva.de", "tom@example.d"},
      {Format::kEmail, "tom@[127.0.0.1]", "tom@[300.0.0.1]"},
      {Format::kEmail, "tom@[::1]", "tom@127.0.0.1"},
      {Format::kUuid, "123e4567-e89b-12d3-a456-426614174000",
       "123e4567e89b12d3a45642661417400"},
      {Format::kUuid, "urn:uuid:{123E4567e89b12d3a456426614174000}",
       "123e4567-e89b-12d3-a456-42661417400g"},
      {Format::kUri, "https://example.com:8080/a?b=c#d", "example.com"},
      {Format::kUri, "http://[::1]/", "javascript:alert(1)"},
      {Format::kUri, "ftp://files.example.org", "http://a b.org"},
      {Format::kIp, "127.0.0.1", "256.0.0.1"},
      {Format::kIp, "2001:db8::1", "2001:db8:::1"},
      {Format::kIpv4, "10.0.0.1", "::1"},
      {Format::kIpv6, "::1", "10.0.0.1"},
      {Format::kHostname, "a-b.example", "-a.example"},
      {Format::kDecimal, "-12.50", "12,50"},
      {Format::kDecimal, ".5", "1e"},
      {Format::kDecimal, "1e-5", "1e5000"},
      {Format::kDecimal, "99999999999999999999.0001", "NaN"},
      {Format::kDate, "2024-02-29", "2023-02-29"},
      {Format::kTime, "23:59:59.999999", "24:00:01"},
      {Format::kTime, "1:02", "1"},
      {Format::kSlug, "a-b_C9", "a b"},
  };
  for (const Case& c : cases) {
    EXPECT_TRUE(HasFormat(c.format, c.good)) << c.good;
    EXPECT_FALSE(HasFormat(c.format, c.bad)) << c.bad;
    EXPECT_FALSE(FormatFault(c.format, "").empty());
  }
  EXPECT_TRUE(HasFormat(Format::kNone, "anything"));
}

}  // namespace
}  // namespace modelservice
