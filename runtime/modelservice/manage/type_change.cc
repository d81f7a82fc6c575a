#include "modelservice/manage/type_change.h"

namespace modelservice {

TypeChange ChangeOf(const SqlType& older, const SqlType& newer, bool postgres) {
  using Kind = SqlType::Kind;
  if (older.text == newer.text) return {};
  // Declared so or so, SQLite stores a value of one affinity in one way.
  if (!postgres && AffinityOf(older.text) == AffinityOf(newer.text)) return {};
  constexpr char kRewritten[] =
      "all rows are written anew, under ACCESS EXCLUSIVE";
  const bool same = older.kind == newer.kind && older.array == newer.array;
  if (same && newer.kind == Kind::kText) {
    const bool wider =
        newer.length < 0 || (older.length >= 0 && newer.length >= older.length);
    if (wider && !newer.fixed_length && !older.fixed_length) {
      return {TypeChange::Kind::kWider, "nothing is written anew"};
    }
  }
  if (same && (newer.kind == Kind::kInteger || newer.kind == Kind::kReal) &&
      newer.bits >= older.bits) {
    return {TypeChange::Kind::kWider, kRewritten};
  }
  return {TypeChange::Kind::kOther,
          "values that it does not take stop it, or lose what it has no room "
          "for"};
}

}  // namespace modelservice
