// Names in a .proto file for what a database calls its tables and columns.
#ifndef MODELSERVICE_PROTOGEN_PROTO_NAMES_H_
#define MODELSERVICE_PROTOGEN_PROTO_NAMES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/introspect/catalog.h"

namespace modelservice::proto {

// The message for a table: django.contrib's class, "Group" for Django's
// "auth_group", "OrderLine" for "order_lines".
std::string MessageName(const catalog::Catalog& catalog,
                        const catalog::Table& table);

// "order_line" for OrderLine.
std::string SnakeCase(absl::string_view name);
// "OrderLine" for order_line.
std::string CamelCase(absl::string_view name);
// "customers", "boxes", "categories"; of words in any case.
std::string Plural(absl::string_view word);

// Letters, digits and underscores, of which a digit is not the first.
bool IsIdentifier(absl::string_view name);
// `name`, or the identifier nearest to it.
std::string Identifier(absl::string_view name);
// A package for a file's stem: "my.shop" stays, "my-shop" is my_shop.
std::string PackageName(absl::string_view stem);

// Whether C++ or protoc's C++ have another use for the name: of a field, of an
// enum or its value inside of a message, of a message at a file's top level.
bool IsTakenField(absl::string_view name);
bool IsTakenMember(absl::string_view name);
bool IsTakenMessage(absl::string_view name);

// `name`, with "Row" behind one that is taken as a message's.
std::string FreeMessage(std::string name);

// The members that protoc's C++ has for a field of whatever type.
std::vector<std::string> AccessorsOf(absl::string_view field);

// What speaks against a package, in words, for the same reason; or nothing.
std::string FaultOfPackage(absl::string_view package);
// `package`, with "_db" behind the parts that something speaks against.
std::string FreePackage(absl::string_view package);

// Names of one scope. Two that have the same name in JSON, or the same
// accessors in C++, collide.
class FieldNames {
 public:
  // `name`, with a number behind it where it would collide.
  std::string Add(std::string name);
  // Takes the name as it is.
  void Take(const std::string& name);
  bool Collides(absl::string_view name) const;

 private:
  std::set<std::string, std::less<>> names_;
  std::set<std::string, std::less<>> json_names_;
};

// The ones of `candidates` that `name` is probably a misspelling of, nearest
// first, three at most; in words: `; did you mean "a" or "b"?`, or empty.
std::string DidYouMean(absl::string_view name,
                       const std::vector<std::string>& candidates);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_PROTO_NAMES_H_
