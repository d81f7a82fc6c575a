// The C++ names in generated code.
#ifndef MODELSERVICE_PLUGIN_EMIT_NAMING_H_
#define MODELSERVICE_PLUGIN_EMIT_NAMING_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// "shop/v1/shop.modelservice.pb.h" from "shop/v1/shop.proto".
std::string HeaderPath(absl::string_view proto_file);
// "MODELSERVICE_INCLUDED_shop_2fv1_2fshop_2eproto"; no two files have the same.
std::string IncludeGuard(const File& file);
// "shop::v1"; empty without a package.
std::string NamespaceOf(const File& file);
// `name` in the file's namespace, from the global one: "::shop::v1::Order".
std::string Qualified(const File& file, absl::string_view name);

// "RegisterShop" from "shop/v1/shop.proto".
std::string RegisterFunction(const File& file);
// "CustomerModel".
std::string ModelClass(const Model& model);
// "CustomerServiceBase".
std::string ServiceClass(const Service& service);

// The member of a model's class for a column, and of a service's class for a
// method: the name in the .proto, with "_" behind what the class itself or C++
// claims.
std::string ColumnMember(const Model& model, const Field& field);
// And for the way by a foreign key: `customer` for the field customer_id. Any
// other key is the way itself: the field's member.
std::string RelationMember(const Model& model, const Field& field);
// And for that by a foreign key of several.
std::string ForeignKeyMember(const Model& model, const ForeignKey& key);
// And for the way back from `model`.
std::string RelatedMember(const Model& model, const RelatedRows& related);
// And for the way through a model in between.
std::string FilledMember(const Model& model, const Relation& relation);
std::string MethodMember(const Service& service, const Method& method);

// The constant for a column's position, in the model's class: kCreateTime. The
// second is the same where the file's namespace is not at hand.
std::string ColumnConstant(const Model& model, int column);
std::string QualifiedColumnConstant(const Model& model, int column);
// The constant for a method's position, in the service's class: kListMethod.
std::string MethodConstant(const Service& service, size_t method);

// The member of a custom method's other form: StartWatch.
std::string StartMember(const Service& service, const Method& method);

// Hands out names that nothing else in a namespace has.
class UniqueNames {
 public:
  // The file outlives them.
  explicit UniqueNames(const File& file);

  // `wanted`, with "_" behind it until it is new.
  std::string Make(std::string wanted);

 private:
  const File& file_;
  std::set<std::string> taken_;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_NAMING_H_
