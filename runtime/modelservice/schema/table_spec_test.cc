// Specs, and their way to the view of generated code and back. Each struct is
// taken apart by a structured binding that names all of its members: one that
// is added and forgotten here does not compile.
#include "modelservice/schema/table_spec.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "modelservice/schema/owned_table.h"

namespace modelservice {
namespace {

auto MembersOf(SqlType& t) {
  auto& [a, b, c, d, e, f, g, h, i, j] = t;
  return std::tie(a, b, c, d, e, f, g, h, i, j);
}
auto MembersOf(FieldSpec& s) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, t, u, v, w, x, y,
         z, aa, bb, cc, dd, ee, ff, gg, hh, ii, jj, kk] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, t, u, v,
                  w, x, y, z, aa, bb, cc, dd, ee, ff, gg, hh, ii, jj, kk);
}
auto MembersOf(ColumnSpec& s) {
  auto& [a, b, c, d, e, f, g] = s;
  return std::tie(a, b, c, d, e, f, g);
}
auto MembersOf(ColumnOrder& s) {
  auto& [a, b] = s;
  return std::tie(a, b);
}
auto MembersOf(IndexSpec& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto MembersOf(CheckSpec& s) {
  auto& [a, b] = s;
  return std::tie(a, b);
}
auto MembersOf(ReferenceSpec& s) {
  auto& [a, b, c, d, e, f, g, h] = s;
  return std::tie(a, b, c, d, e, f, g, h);
}
auto MembersOf(TableSpec& s) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}

// The view's.
auto MembersOf(Reference& s) {
  auto& [a, b, c, d, e, f, hiding] = s;
  // Without the other model, which generated code alone knows.
  static_cast<void>(hiding);
  return std::tie(a, b, c, d, e, f);
}
auto MembersOf(Index& s) {
  auto& [a, b, c, d] = s;
  return std::tie(a, b, c, d);
}
auto MembersOf(Column& s) {
  auto& [name, field, number, type, storage, format, role, made,
         database_default, repeated, map, wrapper, presence, group, packed,
         nullable, primary_key, auto_increment, unique, has_default, required,
         output_only, input_only, immutable, filterable, sortable, searchable,
         full_view, sensitive, trim, min_length, max_length, max_digits,
         decimal_places, sql_type, default_value, min, max, pattern, in,
         read_requires, write_requires, verbose_name, reference] = s;
  // Without primary_key, which Table::key says.
  static_cast<void>(primary_key);
  return std::tie(
      name, field, number, type, storage, format, role, made, database_default,
      repeated, map, wrapper, presence, group, packed, nullable, auto_increment,
      unique, has_default, required, output_only, input_only, immutable,
      filterable, sortable, searchable, full_view, sensitive, trim, min_length,
      max_length, max_digits, decimal_places, sql_type, default_value, min, max,
      pattern, in, read_requires, write_requires, verbose_name, reference);
}
auto MembersOf(Table& s) {
  auto& [schema, name, message, verbose_name, columns, key, ordering, indexes,
         checks, dependents, foreign_keys, tenant, default_page_size,
         max_page_size, style] = s;
  // Without the columns, which others count, and other models.
  static_cast<void>(columns);
  static_cast<void>(dependents);
  return std::tie(schema, name, message, verbose_name, key, ordering, indexes,
                  checks, foreign_keys, tenant, default_page_size,
                  max_page_size, style);
}

// Calls `judge` with `full`, each time with one other member as in `empty`.
template <class T, class Judge, size_t... kAt>
void WithoutEach(const T& full, T empty, const Judge& judge,
                 std::index_sequence<kAt...>) {
  const auto without = [&](auto at) {
    T copy = full;
    std::get<at>(MembersOf(copy)) = std::get<at>(MembersOf(empty));
    SCOPED_TRACE(testing::Message() << "member " << at);
    judge(copy);
  };
  (without(std::integral_constant<size_t, kAt>()), ...);
}
template <class T, class Judge>
void WithoutEach(const T& full, const T& empty, const Judge& judge) {
  using Members = decltype(MembersOf(std::declval<T&>()));
  WithoutEach(full, empty, judge,
              std::make_index_sequence<std::tuple_size_v<Members>>());
}

// No member is that of an empty one, and equality looks at each.
template <class T>
void ExpectEachCompared(const T& full) {
  EXPECT_TRUE(full == full);
  WithoutEach(full, T(), [&](const T& other) {
    EXPECT_FALSE(full == other);
    EXPECT_FALSE(other == full);
  });
}

// Every setter, so that each member is another than that of a bare column.
constexpr absl::string_view kValues[] = {"a", "b"};
constexpr Reference kReference = {"country",
                                  "code",
                                  ReferentialAction::kCascade,
                                  ReferentialAction::kSetNull,
                                  "world",
                                  true,
                                  nullptr};
constexpr Column kFull = Column("field", 7, FieldType::kString)
                             .Name("name")
                             .SqlType("VARCHAR( 20 ) ")
                             .StoredAs(Storage::kName)
                             .Map()
                             .Wrapper()
                             .Presence()
                             .Group()
                             .Packed()
                             .Nullable()
                             .AutoIncrement()
                             .Unique()
                             .Default("a")
                             .MinLength(1)
                             .MaxLength(20)
                             .MaxDigits(5)
                             .DecimalPlaces(2)
                             .Min("1")
                             .Max("9")
                             .Pattern("a*")
                             .In(kValues)
                             .OfFormat(Format::kSlug)
                             .References(&kReference)
                             .Required()
                             .OutputOnly()
                             .InputOnly()
                             .Immutable()
                             .NotFilterable()
                             .NotSortable()
                             .Searchable()
                             .FullView()
                             .Sensitive()
                             .Trim()
                             .VerboseName("a field")
                             .InRole(Role::kOwner)
                             .Makes(MadeKey::kUuidV7)
                             .DatabaseDefault()
                             .ReadRequires("staff")
                             .WriteRequires("admin");
constexpr Column kColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey(),
    kFull,
    Column("part", 3, FieldType::kInt32).PrimaryKey(),
};
constexpr int kKey[] = {2, 0};
constexpr Ordering kOrdering[] = {{1, true}, {2}, {0}};
constexpr IndexColumn kIndexColumns[] = {{1, true}, {0}};
constexpr Index kIndexes[] = {{"by_name", kIndexColumns, true, "part > 3"}};
constexpr Check kChecks[] = {{"parted", "part > 0"}};
constexpr absl::string_view kReferenced[] = {"part", "id"};
constexpr ForeignKey kForeignKeys[] = {{kKey, kReferenced, kReference}};
constexpr Table kTable =
    Table("customer", "Customer", kColumns, kKey, kOrdering)
        .Indexes(kIndexes)
        .Checks(kChecks)
        .ForeignKeys(kForeignKeys)
        .InSchema("shop")
        .PageSizes(5, 50)
        .OfStyle(ClientStyle::kDjango)
        .TenantFrom("claim:tenant")
        .VerboseName("a customer");

// The table with another second column.
TableSpec SpecWith(const Column& column) {
  const Column columns[] = {kColumns[0], column, kColumns[2]};
  Table table = kTable;
  table.columns = columns;
  return SpecOf(table);
}

TEST(TableSpec, ReadsEachMemberOfATable) {
  const TableSpec full = SpecOf(kTable);
  const Column empty("", 0, FieldType::kBool);
  WithoutEach(kFull, empty, [&](const Column& column) {
    EXPECT_FALSE(SpecWith(column) == full);
  });
  const Reference no_reference = {};
  WithoutEach(kReference, no_reference, [&](const Reference& reference) {
    EXPECT_FALSE(SpecWith(kFull.References(&reference)) == full);
  });
  const auto with_index = [&](const Index& index) {
    Table table = kTable;
    table.indexes = absl::MakeConstSpan(&index, 1);
    return SpecOf(table);
  };
  WithoutEach(kIndexes[0], Index(), [&](const Index& index) {
    EXPECT_FALSE(with_index(index) == full);
  });
  const Table no_table("", "", {}, {}, {});
  WithoutEach(kTable, no_table,
              [&](const Table& table) { EXPECT_FALSE(SpecOf(table) == full); });
}

TEST(TableSpec, SaysWhatTheTableSays) {
  const TableSpec spec = SpecOf(kTable);
  EXPECT_EQ(spec.FullName(), "shop.customer");
  EXPECT_EQ(spec.message, "Customer");
  const std::vector<std::string> key = {"part", "id"};
  EXPECT_EQ(spec.primary_key, key);
  EXPECT_TRUE(spec.IsKey("id"));
  EXPECT_FALSE(spec.IsUnique("id"));
  EXPECT_TRUE(spec.IsUnique("name"));
  EXPECT_TRUE(spec.HasUniqueConstraint("name"));
  EXPECT_EQ(spec.PositionOf("part"), 2);
  EXPECT_EQ(spec.PositionOf("field"), -1);
  const ColumnSpec* column = spec.FindColumn("name");
  ASSERT_NE(column, nullptr);
  EXPECT_EQ(column->type.text, "VARCHAR( 20 ) ");
  EXPECT_EQ(column->type.kind, SqlType::Kind::kText);
  EXPECT_EQ(column->generated, ColumnSpec::Generated::kKey);
  ASSERT_TRUE(column->field.has_value());
  EXPECT_EQ(column->field->name, "field");
  EXPECT_EQ(column->field->default_value, "a");
  const ReferenceSpec* reference = spec.ReferenceOf("name");
  ASSERT_NE(reference, nullptr);
  EXPECT_EQ(reference->table, "country");
  EXPECT_EQ(reference->referenced, std::vector<std::string>{"code"});
  ASSERT_EQ(spec.indexes.size(), 2u);
  EXPECT_TRUE(spec.indexes[0] == UniqueConstraint("name"));
  EXPECT_EQ(spec.indexes[1].parts[0].column, "name");
  EXPECT_TRUE(spec.indexes[1].parts[0].descending);
}

TEST(TableSpec, GoesToAViewAndBack) {
  const TableSpec spec = SpecOf(kTable);
  const OwnedTable owned(spec);
  EXPECT_TRUE(SpecOf(owned.table()) == spec);
  // What a spec derives.
  EXPECT_TRUE(owned.table().columns[0].primary_key);
  EXPECT_FALSE(owned.table().columns[1].primary_key);
  EXPECT_EQ(owned.table().key[0], 2);
  EXPECT_EQ(owned.table().ordering[0].column, 1);
}

// A member that the view keeps for another, or drops, comes back wrong.
TEST(TableSpec, GoesToAViewAndBackWithoutAnyOneMember) {
  const Column empty("", 0, FieldType::kBool);
  WithoutEach(kFull, empty, [&](const Column& column) {
    const TableSpec spec = SpecWith(column);
    EXPECT_TRUE(SpecOf(OwnedTable(spec).table()) == spec);
  });
}

ColumnSpec ColumnOf(const std::string& name) {
  ColumnSpec column;
  column.name = name;
  return column;
}

TEST(TableSpec, AViewLivesAsLongAsItsOwner) {
  TableSpec spec;
  spec.name = "t";  // short enough to lie inside of the string
  spec.columns = {ColumnOf("a")};
  OwnedTable first(spec);
  spec.name = "u";
  const OwnedTable second = std::move(first);
  EXPECT_EQ(second.table().name, "t");
  EXPECT_EQ(second.table().columns[0].name, "a");
  EXPECT_EQ(second.spec().name, "t");
}

TEST(TableSpec, WhatNoModelSaysIsInNoView) {
  TableSpec spec;
  spec.name = "t";
  spec.columns = {ColumnOf("a"), ColumnOf("b")};
  IndexSpec lowered;
  lowered.name = "lowered";
  lowered.parts = {{""}};
  lowered.beyond = "an expression";
  IndexSpec both = UniqueConstraint("a");
  both.parts.push_back({"b"});
  spec.indexes = {lowered, both};
  const OwnedTable owned(spec);
  EXPECT_TRUE(owned.table().indexes.empty());
  EXPECT_FALSE(owned.table().columns[0].unique);
}

TEST(TableSpec, AForeignKeyOfSeveralColumnsGoesBothWays) {
  TableSpec spec;
  spec.name = "t";
  spec.columns = {ColumnOf("a"), ColumnOf("b")};
  ReferenceSpec key;
  key.columns = {"b", "a"};
  key.schema = "s";
  key.table = "u";
  key.referenced = {"c", "d"};
  key.on_delete = ReferentialAction::kCascade;
  spec.foreign_keys = {key};
  const OwnedTable owned(spec);
  EXPECT_EQ(owned.table().columns[0].reference, nullptr);
  EXPECT_EQ(SpecOf(owned.table()).foreign_keys, spec.foreign_keys);
}

TEST(TableSpec, ColumnsAreUniqueTogether) {
  TableSpec spec;
  spec.columns = {ColumnOf("a"), ColumnOf("b"), ColumnOf("c")};
  spec.primary_key = {"a", "b"};
  IndexSpec index = UniqueConstraint("c");
  index.parts.push_back({"a"});
  spec.indexes = {index};
  EXPECT_TRUE(spec.AreUnique({"b", "a"}));
  EXPECT_TRUE(spec.AreUnique({"a", "c"}));
  EXPECT_FALSE(spec.AreUnique({"b", "c"}));
  EXPECT_FALSE(spec.AreUnique({"a"}));
  spec.indexes[0].where = "c > 0";
  EXPECT_FALSE(spec.AreUnique({"a", "c"}));
}

TEST(TableSpec, EqualityLooksAtEachMember) {
  SqlType type;
  type.kind = SqlType::Kind::kEnum;
  type.text = "mood";
  type.bits = 8;
  type.is_unsigned = true;
  type.length = 3;
  type.fixed_length = true;
  type.local = true;
  type.array = true;
  type.name = "mood";
  type.labels = {"glad"};
  ExpectEachCompared(type);

  TableSpec table = SpecOf(kTable);
  ColumnSpec column = *table.FindColumn("name");
  column.nullable = false;
  column.default_sql = "1";
  column.comment = "words";
  ExpectEachCompared(column);
  ExpectEachCompared(*column.field);
  ExpectEachCompared(ColumnOrder{"a", true});
  IndexSpec index = table.indexes[1];
  index.of_constraint = true;
  index.beyond = "method gin";
  ExpectEachCompared(index);
  ExpectEachCompared(CheckSpec{"a", "b"});
  ReferenceSpec reference = *table.ReferenceOf("name");
  reference.name = "of_country";
  ExpectEachCompared(reference);
  ExpectEachCompared(table);
}

}  // namespace
}  // namespace modelservice
