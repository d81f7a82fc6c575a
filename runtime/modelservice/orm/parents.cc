#include "modelservice/orm/parents.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "modelservice/orm/codec.h"

namespace modelservice {
namespace {

// SQLite takes no expression that is deeper than 1,000.
constexpr size_t kMostGroups = 200;

std::string TextOfOne(Value value) {
  switch (value.kind()) {
    case Value::Kind::kText:
    case Value::Kind::kBlob:
      return absl::StrCat("t", value.text());
    default:
      return KeyText(value);
  }
}

// Each once.
std::vector<Literal> Different(const std::vector<Literal>& values) {
  std::set<std::string> seen;
  std::vector<Literal> different;
  for (const Literal& value : values) {
    if (seen.insert(TextOfOne(value.value())).second) {
      different.push_back(value);
    }
  }
  return different;
}

}  // namespace

Parents::Parents(const Model& model, std::vector<int> columns,
                 absl::Span<Message* const> messages)
    : messages_(messages), values_(columns.size()) {
  by_key_.reserve(messages.size());
  for (std::vector<Literal>& values : values_) values.reserve(messages.size());
  for (size_t i = 0; i < messages.size(); ++i) {
    TextArena arena;
    absl::InlinedVector<Value, 2> key;
    for (const int column : columns) {
      key.push_back(model.get(*messages[i], column, arena));
    }
    if (std::any_of(key.begin(), key.end(),
                    [](Value value) { return value.is_null(); })) {
      continue;
    }
    std::vector<size_t>& same = by_key_[TextOf(key)];
    same.push_back(i);
    if (same.size() > 1) continue;
    for (size_t part = 0; part < key.size(); ++part) {
      values_[part].emplace_back(key[part]);
    }
  }
}

std::string Parents::TextOf(absl::Span<const Value> key) {
  if (key.size() == 1) return TextOfOne(key.front());
  std::string text;
  for (const Value value : key) {
    const std::string one = TextOfOne(value);
    absl::StrAppend(&text, one.size(), ":", one);
  }
  return text;
}

Expression Parents::Are(absl::Span<const Expression> columns) const {
  if (columns.size() == 1) {
    return Expression::In(columns.front(), values_.front());
  }
  // The last columns among the values that go with those before them, which are
  // few as a rule: the region of shops, the tenant of everything.
  std::map<std::string, std::pair<Expression, std::vector<Literal>>> groups;
  for (size_t i = 0; i < values_.front().size(); ++i) {
    std::vector<Value> before;
    for (size_t part = 0; part + 1 < columns.size(); ++part) {
      before.push_back(values_[part][i].value());
    }
    auto& [same, last] = groups[TextOf(before)];
    if (last.empty()) {
      for (size_t part = 0; part < before.size(); ++part) {
        same = same && Expression::Compare(columns[part], Comparison::kEqual,
                                           values_[part][i]);
      }
    }
    last.push_back(values_.back()[i]);
  }
  if (groups.size() > kMostGroups) {
    Expression among;
    for (size_t part = 0; part < columns.size(); ++part) {
      among = among && Expression::In(columns[part], Different(values_[part]));
    }
    return among;
  }
  Expression any = Expression::False();
  for (auto& [text, group] : groups) {
    any = any || (group.first &&
                  Expression::In(columns.back(), std::move(group.second)));
  }
  return any;
}

}  // namespace modelservice
