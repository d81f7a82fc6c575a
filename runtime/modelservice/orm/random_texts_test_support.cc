// Random conditions on texts and on what is in JSON.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/orm/random_values_test_support.h"

namespace modelservice::random_queries {

NodePtr RandomConditions::TextAtom() {
  const int how = static_cast<int>(Below(6));
  const std::string value = OneOf(Texts());
  using Text = std::optional<std::string>;
  switch (Below(4)) {
    case 0:
      return Leaf(absl::StrCat("name ", kHow[how], " ", Quoted(value)),
                  Compare(ThingModel::name, how, value), [=](const Thing& t) {
                    return Holds<std::string>(t.name(), how, value);
                  });
    case 1:
      return Leaf(absl::StrCat("nick ", kHow[how], " ", Quoted(value)),
                  Compare(ThingModel::nick, how, value), [=](const Thing& t) {
                    return Holds<std::string>(Nick(t), how, value);
                  });
    case 2:
      return Leaf(absl::StrCat("nick ", kHow[how], " name"),
                  Compare(ThingModel::nick, how, ThingModel::name),
                  [=](const Thing& t) {
                    return Holds<std::string>(Nick(t), how, t.name());
                  });
    default: {
      const std::vector<std::string> values = {value, OneOf(Texts())};
      return Leaf(
          absl::StrCat("nick in ", Quoted(values[0]), " ", Quoted(values[1])),
          ThingModel::nick.In(values), [=](const Thing& t) {
            return Holds<std::string>(Nick(t), 0, Text(values[0])) ||
                   Holds<std::string>(Nick(t), 0, Text(values[1]));
          });
    }
  }
}

NodePtr RandomConditions::MatchAtom() {
  const std::string part = OneOf(Texts());
  const size_t kind = Below(7);
  const bool of_nick = Below(2) == 0;
  const auto condition = [&](const auto& column) {
    switch (kind) {
      case 0:
        return column.Contains(part);
      case 1:
        return column.IContains(part);
      case 2:
        return column.StartsWith(part);
      case 3:
        return column.IStartsWith(part);
      case 4:
        return column.EndsWith(part);
      case 5:
        return column.IEndsWith(part);
      default:
        return column.IExact(part);
    }
  };
  const bool folds = kind % 2 == 1 || kind == 6;
  const bool all = folds_all_letters_;
  constexpr const char* kNames[] = {"contains",    "icontains", "startswith",
                                    "istartswith", "endswith",  "iendswith",
                                    "iexact"};
  return Leaf(
      absl::StrCat(of_nick ? "nick " : "name ", kNames[kind], " ",
                   Quoted(part)),
      of_nick ? condition(ThingModel::nick) : condition(ThingModel::name),
      [=](const Thing& t) {
        const std::optional<std::string> in =
            of_nick ? Nick(t) : std::optional<std::string>(t.name());
        if (!in.has_value()) return false;
        const std::string a = folds ? Folded(*in, all) : *in;
        const std::string b = folds ? Folded(part, all) : part;
        switch (kind) {
          case 0:
          case 1:
            return absl::StrContains(a, b);
          case 2:
          case 3:
            return absl::StartsWith(a, b);
          case 4:
          case 5:
            return absl::EndsWith(a, b);
          default:
            return a == b;
        }
      });
}

NodePtr RandomConditions::JsonAtom() {
  using google::protobuf::Value;
  const int how = static_cast<int>(Below(6));
  const auto path = ThingModel::any.Path("k");
  const auto at = [](const Thing& t) -> const Value* {
    if (!t.has_any()) return nullptr;
    const auto& fields = t.any().struct_value().fields();
    const auto found = fields.find("k");
    return found == fields.end() ? nullptr : &found->second;
  };
  switch (Below(5)) {
    case 0: {
      const double value = double(Below(4)) / 2 - 0.5;
      return Leaf(absl::StrCat("any.k ", kHow[how], " ", value),
                  Compare(path, how, value), [=](const Thing& t) {
                    std::optional<double> mine;
                    const Value* const v = at(t);
                    if (v && v->kind_case() == Value::kNumberValue) {
                      mine = v->number_value();
                    }
                    return Holds<double>(mine, how, value);
                  });
    }
    case 1: {
      const std::string value = OneOf(Texts());
      return Leaf(absl::StrCat("any.k ", kHow[how], " ", Quoted(value)),
                  Compare(path, how, value), [=](const Thing& t) {
                    std::optional<std::string> mine;
                    const Value* const v = at(t);
                    if (v && v->kind_case() == Value::kStringValue) {
                      mine = v->string_value();
                    }
                    return Holds<std::string>(mine, how, value);
                  });
    }
    case 2: {
      const bool value = Below(2) == 0;
      return Leaf(absl::StrCat("any.k == ", value), path == value,
                  [=](const Thing& t) {
                    const Value* const v = at(t);
                    return v && v->kind_case() == Value::kBoolValue &&
                           v->bool_value() == value;
                  });
    }
    case 3:
      return Leaf("any.k == null", path == std::nullopt, [=](const Thing& t) {
        const Value* const v = at(t);
        return v && v->kind_case() == Value::kNullValue;
      });
    default:
      return Leaf("any.k isnull", path.IsNull(),
                  [=](const Thing& t) { return at(t) == nullptr; });
  }
}

}  // namespace modelservice::random_queries
