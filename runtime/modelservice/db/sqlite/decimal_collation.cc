#include "modelservice/db/sqlite/decimal_collation.h"

#include <optional>

#include "absl/strings/string_view.h"
#include "modelservice/schema/decimal_text.h"

namespace modelservice::sqlite {
namespace {

int Order(void*, int a_size, const void* a_data, int b_size,
          const void* b_data) noexcept {
  const absl::string_view a(static_cast<const char*>(a_data),
                            static_cast<size_t>(a_size));
  const absl::string_view b(static_cast<const char*>(b_data),
                            static_cast<size_t>(b_size));
  if (const std::optional<int> order = CompareDecimals(a, b)) return *order;
  const bool is_a = CompareDecimals(a, a).has_value();
  const bool is_b = CompareDecimals(b, b).has_value();
  if (is_a != is_b) return is_a ? 1 : -1;
  return a.compare(b);
}

}  // namespace

int AddDecimalCollation(sqlite3* connection) {
  return sqlite3_create_collation(connection, "modelservice_decimal",
                                  SQLITE_UTF8, nullptr, &Order);
}

}  // namespace modelservice::sqlite
