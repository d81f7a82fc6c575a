// The SELECT of messages that a program runs again and again with other values:
// its text is the same, so that it is written once for a database.
//
//   KnownSelect known(projection, rows, live, database.selects());
//   if (known.Find()) return session.Run(known.TakeStatement(), sink);
//   ... Write(SelectMessages(projection, rows), dialect) ...
//   known.Keep(statement);
//
// Known by their form are rows of a table without tenants, told by comparisons
// of its own columns with numbers and texts that these hold as they are, in an
// order of such columns: nothing in the text depends on a value there, and
// nothing in them can be wrong. Not thread-safe.
#ifndef MODELSERVICE_ORM_KNOWN_SELECT_H_
#define MODELSERVICE_ORM_KNOWN_SELECT_H_

#include <array>
#include <cstddef>

#include "absl/strings/string_view.h"
#include "modelservice/db/kept_texts.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/statement.h"

namespace modelservice {

class KnownSelect {
 public:
  // `texts` are those of the database; they and the rows outlive it, and its
  // statement.
  KnownSelect(const Projection& projection, const RowSet& rows,
              const LiveTable& live, KeptTexts& texts);

  // Whether the text is known already.
  bool Find();
  // After Find: the statement, whose texts are those of the conditions.
  Statement TakeStatement();
  // Otherwise, the text of the statement of these rows, if it is such a one.
  void Keep(const Statement& written);

 private:
  bool Describe(const Projection& projection, const RowSet& rows);
  bool DescribeWhere(const Expression& where);
  bool DescribeComparison(const Expression& e);
  bool DescribeOrder(const OrderBy& part);
  template <class T>
  void Add(T part);
  void AddAddress(const void* of);
  absl::string_view form() const { return {form_.data(), size_}; }

  const Table& table_;
  const LiveTable& live_;
  KeptTexts& texts_;
  // What tells its text from others.
  std::array<char, 256> form_;
  size_t size_ = 0;  // of it; more than there is room for: it has none
  Statement statement_;
  const bool has_form_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_KNOWN_SELECT_H_
