#include "modelservice/schema/text_column.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace modelservice {

bool HoldsText(FieldType type, bool repeated, Format format,
               absl::string_view sql_type) {
  if (type != FieldType::kString || repeated || format == Format::kUuid ||
      format == Format::kDecimal) {
    return false;
  }
  if (sql_type.empty()) return true;
  std::string name = absl::AsciiStrToLower(sql_type);
  name.erase(std::min(name.size(), name.find('(')));
  absl::string_view type_name = absl::StripAsciiWhitespace(name);
  absl::ConsumePrefix(&type_name, "public.");
  for (const absl::string_view text :
       {"text", "citext", "clob", "char", "varchar", "bpchar", "character",
        "character varying", "nvarchar"}) {
    if (type_name == text) return true;
  }
  return false;
}

}  // namespace modelservice
