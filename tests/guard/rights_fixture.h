// A server with the services of rights.proto, and its table.
#ifndef MODELSERVICE_TESTS_GUARD_RIGHTS_FIXTURE_H_
#define MODELSERVICE_TESTS_GUARD_RIGHTS_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rights_api.h"
#include "rights_services.h"

namespace rights {

using ::integration::EqualsMessage;
using ::integration::IsError;
using ::integration::IsOk;
using ::integration::Refusal;
using ::testing::HasSubstr;

enum class Kind { kOpen, kScoped, kHooked, kOwn, kTenant };
inline constexpr Kind kKinds[] = {Kind::kOpen, Kind::kScoped, Kind::kHooked,
                                  Kind::kOwn, Kind::kTenant};

inline void PrintTo(Kind kind, std::ostream* out) {
  *out << std::vector<std::string>{"open", "scoped", "hooked", "own",
                                   "tenant"}[static_cast<size_t>(kind)];
}

inline const Caller kAnn = {"ann", "a"};
inline const Caller kBob = {"bob", "a"};
// Sees all columns but those of owners; writes all but those in drafts.
inline const Caller kClerk = {"clerk", "a", true, true};

class RightsTest : public guarded::GuardTest {
 protected:
  void SetUp() override {
    StartServer(RegisterSheets);
    if (HasFatalFailure()) return;
    table_ =
        std::make_unique<integration::OtherProgram>(server().database_url());
  }

  std::unique_ptr<Api> NewApi(Kind kind) {
    switch (kind) {
      case Kind::kOpen:
        return std::make_unique<ApiOf<Sheets>>(server().channel());
      case Kind::kScoped:
        return std::make_unique<ApiOf<ScopedSheets>>(server().channel());
      case Kind::kHooked:
        return std::make_unique<ApiOf<HookedSheets>>(server().channel());
      case Kind::kOwn:
        return std::make_unique<ApiOf<OwnSheets>>(server().channel());
      case Kind::kTenant:
        break;
    }
    return std::make_unique<ApiOf<TenantSheets>>(server().channel());
  }

  // The row in the table, as TextOf() writes one.
  std::string Stored(int64_t id) {
    std::string sql =
        "SELECT owner || ' ' || tenant || ' ' || "
        "CASE WHEN draft THEN 1 ELSE 0 END";
    for (const char* column : kRuled) {
      absl::StrAppend(&sql, " || ' ' || COALESCE(CAST(\"", column,
                      "\" AS TEXT), '-')");
    }
    return table_->Query(absl::StrCat(sql, " FROM sheet WHERE id = ", id));
  }
  static std::string TextOf(const Sheet& row) {
    std::string text =
        absl::StrCat(row.owner(), " ", row.tenant(), " ", row.draft() ? 1 : 0);
    for (const char* name : kRuled) {
      const auto value = Column(name).Get(row);
      const bool implicit =
          std::string("nd rw on").find(name) != std::string::npos;
      absl::StrAppend(&text, " ");
      if (value.has_value()) {
        absl::StrAppend(&text, *value);
      } else {
        absl::StrAppend(&text, implicit ? "0" : "-");
      }
    }
    return text;
  }

  std::unique_ptr<integration::OtherProgram> table_;
};

}  // namespace rights

#endif  // MODELSERVICE_TESTS_GUARD_RIGHTS_FIXTURE_H_
