// What the option default_value says of a column's DEFAULT.
#ifndef MODELSERVICE_PROTOGEN_DEFAULT_TEXT_H_
#define MODELSERVICE_PROTOGEN_DEFAULT_TEXT_H_

#include <optional>
#include <string>

#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/type_mapping.h"

namespace modelservice::proto {

// The text of default_value for what SQL writes as `text`; nullopt for what the
// option has no form for.
std::optional<std::string> DefaultText(const catalog::Catalog& catalog,
                                       const TypedField& typed,
                                       const catalog::SqlType& type,
                                       const std::string& text);

// Whether the field can read the value that SQLite, whose columns hold
// anything, puts into the column of a row that has none.
bool CanRead(const TypedField& typed, const std::string& text);

// Whether a field without presence that nobody set holds the value.
bool IsZero(const TypedField& typed, const std::string& text);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_DEFAULT_TEXT_H_
