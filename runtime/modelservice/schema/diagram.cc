#include "modelservice/schema/diagram.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace modelservice {
namespace {

std::string NameOf(const TableSpec& table) { return table.FullName(); }
std::string NameOf(const ReferenceSpec& reference) {
  TableSpec table;
  table.schema = reference.schema;
  table.name = reference.table;
  return table.FullName();
}

bool IsLetter(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c));
}
bool IsWord(char c) {
  return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c));
}

// What Mermaid and Graphviz take for a name, of anything.
std::string NodeName(absl::string_view text, absl::string_view also = "") {
  std::string word;
  for (const char c : text) {
    word += IsWord(c) || absl::StrContains(also, c) ? c : '_';
  }
  if (word.empty() || !IsLetter(word[0])) word.insert(0, "x");
  return word;
}

// One line between double quotes, which has none itself.
std::string Label(absl::string_view text) {
  std::string line = absl::StrReplaceAll(text, {{"\"", "'"}});
  for (char& c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  return absl::StrCat("\"", line, "\"");
}

// Words that Mermaid or Graphviz reads as something else where a name could be.
bool IsTakenWord(absl::string_view word) {
  static const auto* const kWords = new std::set<absl::string_view>{
      "accdescr", "acctitle", "class", "classdef", "direction", "erdiagram",
      "many", "o", "one", "only", "optionally", "style", "title", "to", "u",
      "zero",
      // Graphviz's.
      "digraph", "edge", "graph", "node", "strict", "subgraph"};
  return kWords->count(word) > 0;
}

// The words of all tables, those that are only referred to included.
class Ids {
 public:
  explicit Ids(const std::vector<TableSpec>& tables) {
    for (const TableSpec& table : tables) Add(NameOf(table));
    for (const TableSpec& table : tables) {
      for (const ReferenceSpec& key : table.foreign_keys) Add(NameOf(key));
    }
  }

  const std::string& Of(const std::string& name) const {
    return ids_.find(name)->second;
  }
  // Those without columns of their own, in order.
  std::vector<std::string> Beside(const std::vector<TableSpec>& tables) const {
    std::set<std::string> own;
    for (const TableSpec& table : tables) own.insert(NameOf(table));
    std::vector<std::string> beside;
    for (const auto& [name, id] : ids_) {
      if (own.count(name) == 0) beside.push_back(name);
    }
    return beside;
  }

 private:
  void Add(const std::string& name) {
    if (ids_.count(name) > 0) return;
    std::string id = NodeName(name);
    if (IsTakenWord(absl::AsciiStrToLower(id))) id += '_';
    while (!taken_.insert(absl::AsciiStrToLower(id)).second) id += '_';
    ids_.emplace(name, id);
  }

  std::map<std::string, std::string> ids_;
  std::set<std::string> taken_;
};

bool IsReference(const TableSpec& table, const std::string& column) {
  return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                     [&](const ReferenceSpec& key) {
                       return std::find(key.columns.begin(), key.columns.end(),
                                        column) != key.columns.end();
                     });
}

// "PK, FK"
std::string KeysOf(const TableSpec& table, const std::string& column) {
  std::vector<std::string> keys;
  const bool primary = table.IsKey(column);
  if (primary) keys.push_back("PK");
  if (IsReference(table, column)) keys.push_back("FK");
  if (!primary && table.IsUnique(column)) keys.push_back("UK");
  return absl::StrJoin(keys, ", ");
}

bool CanBeAbsent(const TableSpec& table, const ReferenceSpec& key) {
  return std::any_of(key.columns.begin(), key.columns.end(),
                     [&](const std::string& name) {
                       const ColumnSpec* const column = table.FindColumn(name);
                       return column != nullptr && column->nullable;
                     });
}

// Whether one row at most refers to each row.
bool IsOnce(const TableSpec& table, const ReferenceSpec& key) {
  const std::set<std::string> columns(key.columns.begin(), key.columns.end());
  const auto is_within = [&](const std::set<std::string>& unique) {
    return !unique.empty() && std::includes(columns.begin(), columns.end(),
                                            unique.begin(), unique.end());
  };
  if (is_within({table.primary_key.begin(), table.primary_key.end()})) {
    return true;
  }
  return std::any_of(
      table.indexes.begin(), table.indexes.end(), [&](const IndexSpec& index) {
        std::set<std::string> unique;
        for (const ColumnOrder& part : index.parts) {
          unique.insert(part.column);
        }
        return index.unique && index.where.empty() && is_within(unique);
      });
}

std::string Remarks(const TableSpec& table, const ColumnSpec& column) {
  std::vector<std::string> remarks;
  if (column.nullable && !table.IsKey(column.name)) remarks.push_back("NULL");
  if (!column.comment.empty()) remarks.push_back(column.comment);
  return absl::StrJoin(remarks, "; ");
}

std::string Html(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

}  // namespace

std::string MermaidDiagram(const std::vector<TableSpec>& tables) {
  const Ids ids(tables);
  std::string text = "erDiagram\n";
  const auto entity = [&](const std::string& name) {
    const std::string& id = ids.Of(name);
    return id == name ? id : absl::StrCat(id, "[", Label(name), "]");
  };
  for (const TableSpec& table : tables) {
    absl::StrAppend(&text, "  ", entity(NameOf(table)), " {\n");
    for (const ColumnSpec& column : table.columns) {
      const std::string name = NodeName(column.name);
      const std::string type = column.type.text.empty()
                                   ? std::string("any")
                                   : NodeName(column.type.text, "()[]-");
      std::string remarks = Remarks(table, column);
      // What a word cannot say.
      if (name != column.name) {
        remarks =
            absl::StrCat(column.name, remarks.empty() ? "" : "; ", remarks);
      }
      const std::string keys = KeysOf(table, column.name);
      absl::StrAppend(&text, "    ", type, " ", name, keys.empty() ? "" : " ",
                      keys);
      if (!remarks.empty()) absl::StrAppend(&text, " ", Label(remarks));
      text += '\n';
    }
    text += "  }\n";
  }
  for (const std::string& name : ids.Beside(tables)) {
    absl::StrAppend(&text, "  ", entity(name), "\n");
  }
  for (const TableSpec& table : tables) {
    for (const ReferenceSpec& key : table.foreign_keys) {
      absl::StrAppend(&text, "  ", ids.Of(NameOf(table)), " ",
                      IsOnce(table, key) ? "|o" : "}o", "--",
                      CanBeAbsent(table, key) ? "o|" : "||", " ",
                      ids.Of(NameOf(key)), " : ",
                      Label(absl::StrJoin(key.columns, ", ")), "\n");
    }
  }
  return text;
}

std::string DotDiagram(const std::vector<TableSpec>& tables) {
  const Ids ids(tables);
  std::string text =
      "digraph tables {\n"
      "  graph [rankdir=LR];\n"
      "  node [shape=plain fontname=\"sans-serif\" fontsize=11];\n"
      "  edge [dir=both fontname=\"sans-serif\" fontsize=9];\n";
  for (const TableSpec& table : tables) {
    const std::string name = NameOf(table);
    absl::StrAppend(&text, "  ", ids.Of(name),
                    " [label=<<table border=\"0\" cellborder=\"1\" "
                    "cellspacing=\"0\" cellpadding=\"4\">\n    <tr><td "
                    "colspan=\"3\" bgcolor=\"#dddddd\"><b>",
                    Html(name), "</b></td></tr>\n");
    size_t port = 0;
    for (const ColumnSpec& column : table.columns) {
      absl::StrAppend(
          &text, "    <tr><td port=\"c", port++, "\" align=\"left\">",
          Html(column.name), "</td><td align=\"left\">", Html(column.type.text),
          column.nullable && !table.IsKey(column.name) ? " NULL" : "",
          "</td><td>", KeysOf(table, column.name), "</td></tr>\n");
    }
    absl::StrAppend(&text, "  </table>>];\n");
  }
  for (const std::string& name : ids.Beside(tables)) {
    absl::StrAppend(&text, "  ", ids.Of(name), " [shape=box label=<",
                    Html(name), ">];\n");
  }
  for (const TableSpec& table : tables) {
    for (const ReferenceSpec& key : table.foreign_keys) {
      // From the column of a key of one.
      const int column =
          key.columns.size() == 1 ? table.PositionOf(key.columns[0]) : -1;
      absl::StrAppend(
          &text, "  ", ids.Of(NameOf(table)),
          column < 0 ? "" : absl::StrCat(":c", column), " -> ",
          ids.Of(NameOf(key)), " [label=<",
          Html(absl::StrJoin(key.columns, ", ")),
          "> arrowtail=", IsOnce(table, key) ? "teeodot" : "crowodot",
          " arrowhead=", CanBeAbsent(table, key) ? "teeodot" : "teetee",
          "];\n");
    }
  }
  return absl::StrCat(text, "}\n");
}

}  // namespace modelservice
