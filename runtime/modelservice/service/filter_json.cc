#include "modelservice/service/filter_json.h"

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/service/filter_json_value.h"
#include "modelservice/service/filter_text.h"
#include "modelservice/service/filter_value.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using Rows = std::optional<Expression>;

constexpr int kMostFields = 30;

std::string NoSuchFieldOf(const Descriptor& message, absl::string_view name) {
  std::string fault = absl::StrCat(compat::Str(message.name()),
                                   " has no field ", Quoted(name), ". It has ");
  for (int i = 0; i < message.field_count(); ++i) {
    if (i == kMostFields) {
      absl::StrAppend(&fault, ", ...");
      break;
    }
    absl::StrAppend(&fault, i == 0 ? "" : ", ",
                    compat::Str(message.field(i)->name()));
  }
  return absl::StrCat(fault, ".");
}

// Where the column is.
JsonPlace ColumnPlace(const FilterTarget& target, int column) {
  const auto position = static_cast<size_t>(column);
  JsonPlace place;
  place.operand = Expression::Column(target.table, column);
  if (!target.forms.empty() && target.forms[position].is_json_text()) {
    place.operand = Expression::Cast(place.operand, CastType::kText);
  }
  place.field = target.fields[position];
  place.shown = std::string(target.table.columns[position].field);
  return place;
}

bool IsJsonColumn(const FilterTarget& target, int column) {
  return target.table.columns[static_cast<size_t>(column)].storage ==
         Storage::kJson;
}
bool IsListColumn(const FilterTarget& target, int column) {
  const bool is_array =
      target.table.columns[static_cast<size_t>(column)].storage ==
      Storage::kArray;
  return is_array || (IsJsonColumn(target, column) &&
                      ColumnPlace(target, column).is_list());
}

class Inside {
 public:
  Inside(const FilterComparison& asked, TextFault* fault)
      : asked_(asked), fault_(fault) {}

  // What stands at `names` from `place` on.
  Rows Along(const JsonPlace& place, absl::Span<const FilterText> names) {
    if (place.is_list()) return AnyElement(place, names);
    if (names.empty()) return Here(place);
    JsonPlace next = place;
    if (!Enter(names[0], &next)) return std::nullopt;
    Rows rows = Along(next, names.subspan(1));
    if (!rows.has_value() || !MayBeList(place)) return rows;
    const Rows in_list = AnyElement(place, names);
    if (!in_list.has_value()) return in_list;
    return *rows || *in_list;
  }

 private:
  Rows Here(const JsonPlace& place) {
    const bool asks_for_part =
        asked_.op == FilterOperator::kHas && !IsStar(asked_.value);
    if (asks_for_part && place.has_keys()) return HasKey(place);
    // Lists have what is equal.
    const FilterComparison here{
        asked_.at,
        elements_ > 0 && asks_for_part ? FilterOperator::kEqual : asked_.op,
        asked_.value};
    Rows rows = CompareJsonValue(place, here, fault_);
    if (!rows.has_value() || !asks_for_part || !MayBeList(place)) return rows;
    // It may be anything.
    const Rows in_list = AnyElement(place, {});
    if (!in_list.has_value()) return in_list;
    rows = *rows || *in_list;
    return *rows || *HasKey(place);
  }

  // Of no known type, and not in a list.
  bool MayBeList(const JsonPlace& place) const {
    return asked_.op == FilterOperator::kHas && elements_ == 0 &&
           place.is_any();
  }

  Rows HasKey(const JsonPlace& place) {
    FilterText key = asked_.value;
    key.stars.clear();
    JsonPlace inside = place;
    if (!Enter(key, &inside)) return std::nullopt;
    return IsThere(inside);
  }

  // Whether what stands at `names` in some element of the list meets it.
  Rows AnyElement(const JsonPlace& list, absl::Span<const FilterText> names) {
    if (asked_.op != FilterOperator::kHas) {
      std::string shown = list.shown;
      for (const FilterText& name : names) {
        absl::StrAppend(&shown, ".", name.text);
      }
      Fail(asked_.at, absl::StrCat(Quoted(list.shown), " is a list; ", shown,
                                   ":value asks whether it has such an "
                                   "element."));
      return std::nullopt;
    }
    ++elements_;
    Select select;
    select.from.alias = absl::StrCat("element", elements_);
    select.from_json = std::make_shared<const JsonElements>(
        JsonElements{Expression::Outer(list.operand), list.path});
    if (!names.empty() || !IsStar(asked_.value)) {
      JsonPlace element;
      element.operand = Expression::Named(kJsonElement, select.from.alias);
      if (list.field != nullptr && list.field->is_repeated() && !list.in_list) {
        element.field = list.field;
      }
      element.in_list = true;
      element.shown = list.shown;
      Rows rows = Along(element, names);
      if (!rows.has_value()) return rows;
      select.where = *std::move(rows);
    }
    --elements_;
    return Expression::Exists(std::move(select));
  }

  // Goes on to what `name` names.
  bool Enter(const FilterText& name, JsonPlace* place) {
    if (place->is_any()) {
      place->field = nullptr;
      return AddKey(name, place);
    }
    if (place->has_keys()) {
      const bool is_map = place->field->is_map();
      if (is_map && !CheckKey(name, *place->field->message_type()->map_key())) {
        return false;
      }
      place->field =
          is_map ? place->field->message_type()->map_value() : nullptr;
      place->in_map = is_map;
      return AddKey(name, place);
    }
    if (!place->is_message()) {
      return Fail(name.at,
                  absl::StrCat("There is nothing to filter by inside of ",
                               Quoted(place->shown), "."));
    }
    const Descriptor& message = *place->field->message_type();
    place->field = message.FindFieldByName(name.text);
    if (place->field == nullptr) {
      return Fail(name.at, NoSuchFieldOf(message, name.text));
    }
    place->in_map = false;
    AddStep(compat::Str(place->field->json_name()), name, place);
    return true;
  }

  bool AddKey(const FilterText& name, JsonPlace* place) {
    AddStep(name.text, name, place);
    return true;
  }

  static void AddStep(std::string key, const FilterText& name,
                      JsonPlace* place) {
    place->path.push_back({std::move(key), -1});
    place->in_list = false;
    absl::StrAppend(&place->shown, ".", name.text);
  }

  // As ProtoJSON writes keys that are no texts.
  bool CheckKey(const FilterText& name, const FieldDescriptor& key) {
    switch (key.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return true;
      case FieldDescriptor::CPPTYPE_BOOL:
        if (name.text == "true" || name.text == "false") return true;
        return Fail(name.at, NotExpected("true or false", name));
      default: {
        int64_t number = 0;
        if (absl::SimpleAtoi(name.text, &number) &&
            absl::StrCat(number) == name.text) {
          return true;
        }
        return Fail(name.at, NotExpected("an integer as the key", name));
      }
    }
  }

  bool Fail(size_t at, std::string fault) {
    *fault_ = {at, std::move(fault)};
    return false;
  }

  const FilterComparison& asked_;
  TextFault* const fault_;
  int elements_ = 0;  // of lists, one inside of the other
};

}  // namespace

bool HasInside(const FilterTarget& target, int column) {
  if (!IsJsonColumn(target, column)) return false;
  JsonPlace place = ColumnPlace(target, column);
  if (place.is_list() && place.field->is_repeated()) place.in_list = true;
  return place.has_keys() || place.is_any() || place.is_message() ||
         place.is_list();
}

bool AsksInside(const FilterTarget& target, int column,
                const FilterComparison& asked) {
  if (IsListColumn(target, column)) return true;
  return asked.op == FilterOperator::kHas && !IsStar(asked.value) &&
         IsJsonColumn(target, column) && ColumnPlace(target, column).has_keys();
}

std::optional<Expression> CompareInside(const FilterTarget& target, int column,
                                        absl::Span<const FilterText> names,
                                        const FilterComparison& asked,
                                        TextFault* fault) {
  const auto position = static_cast<size_t>(column);
  if (!target.forms.empty() && target.forms[position].is_json_bytes()) {
    *fault = {asked.at,
              absl::StrCat(Quoted(target.table.columns[position].field),
                           " cannot be looked into: its column has bytes.")};
    return std::nullopt;
  }
  return Inside(asked, fault).Along(ColumnPlace(target, column), names);
}

}  // namespace modelservice
