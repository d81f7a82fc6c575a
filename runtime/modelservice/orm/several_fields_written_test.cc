// What is written where foreign keys have several fields, on SQLite and on
// PostgreSQL.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/orm/several_fields_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST_P(SeveralFieldsTest, TheDatabaseWatchesOverIt) {
  CreateThree();
  const absl::Status refused = CreateSale("s", 2, 9);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << refused;
  const auto error = GetDatabaseError(refused);
  ASSERT_TRUE(error.has_value()) << refused;
  EXPECT_EQ(error->kind, DatabaseError::Kind::kForeignKey);
  if (on_postgres()) {
    EXPECT_THAT(error->columns, ElementsAre("region", "shop_number"));
  }
  // CASCADE takes its own sale, SET_NULL lets that of another go on.
  const auto deleted = All<Shop>().Filter(ShopModel::city == "Rome").Delete();
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_THAT(Totals({}), ElementsAre(1, 2));
  const auto sent = All<Sale>().Filter(SaleModel::total == 2).Get();
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_FALSE(sent->has_from_city());
  EXPECT_FALSE(sent->has_from_street());
}

TEST_P(SeveralFieldsTest, RowsAreWrittenWithTheirs) {
  CreateShop("n", 1, "Oslo");
  Shop shop;
  shop.set_region("n");
  shop.set_number(2);
  shop.set_city("Bergen");
  shop.add_sales()->set_total(1);
  Line* const line = shop.add_sales()->add_lines();
  shop.mutable_sales(1)->set_total(2);
  line->set_position(1);
  line->set_text("a");
  const absl::Status created = Objects<Shop>(database()).Create(&shop);
  ASSERT_TRUE(created.ok()) << created;
  EXPECT_EQ(shop.sales(1).region(), "n");
  EXPECT_EQ(shop.sales(1).shop_number(), 2);
  EXPECT_EQ(shop.sales(1).lines(0).sale_id(), shop.sales(1).id());
  EXPECT_THAT(Totals(SaleModel::shop.city == "Bergen"), ElementsAre(1, 2));
  // Without the first one, and with a line that says nothing of its sale.
  shop.mutable_sales()->DeleteSubrange(0, 1);
  shop.mutable_sales(0)->mutable_lines(0)->clear_sale_id();
  shop.mutable_sales(0)->mutable_lines(0)->set_text("b");
  const absl::Status updated =
      Objects<Shop>(database()).With(ShopModel::sales).Update(&shop);
  ASSERT_TRUE(updated.ok()) << updated;
  EXPECT_THAT(Totals(SaleModel::shop.city == "Bergen"), ElementsAre(2));
  const auto lines = All<Line>().All();
  ASSERT_TRUE(lines.ok()) << lines.status();
  ASSERT_EQ(lines->size(), 1u);
  EXPECT_EQ(lines->front().text(), "b");
}

TEST_P(SeveralFieldsTest, ATreeRefersToItself) {
  Part car;
  car.set_list("car");
  car.set_number(1);
  Part* const engine = car.add_parts();
  engine->set_number(2);
  engine->add_parts()->set_number(3);
  const absl::Status created = Objects<Part>(database()).Create(&car);
  ASSERT_TRUE(created.ok()) << created;
  Part boat;
  boat.set_list("boat");
  boat.set_number(2);
  ASSERT_TRUE(Objects<Part>(database()).Create(&boat).ok());
  const auto below = All<Part>()
                         .Filter(PartModel::whole.whole.number == 1)
                         .SelectRelated(PartModel::whole.whole)
                         .All();
  ASSERT_TRUE(below.ok()) << below.status();
  ASSERT_EQ(below->size(), 1u);
  EXPECT_EQ(below->front().number(), 3);
  EXPECT_EQ(below->front().whole().whole().list(), "car");
  const auto top = All<Part>()
                       .Filter(PartModel::whole_number.IsNull())
                       .Prefetch(PartModel::parts,
                                 All<Part>().Rows().Prefetch(PartModel::parts))
                       .OrderBy(PartModel::list)
                       .All();
  ASSERT_TRUE(top.ok()) << top.status();
  ASSERT_EQ(top->size(), 2u);
  EXPECT_EQ((*top)[0].parts_size(), 0);
  ASSERT_EQ((*top)[1].parts_size(), 1);
  EXPECT_EQ((*top)[1].parts(0).parts_size(), 1);
  // Each counts, though those below go with those above.
  const auto deleted =
      Objects<Part>(database()).Filter(PartModel::list == "car").Delete();
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(*deleted, 3);
  EXPECT_EQ(*All<Part>().Rows().Count(), 1);
}

// What refers to nobody is not of a row where what it would refer to is NULL.
TEST_P(SeveralFieldsTest, NobodysRowsStay) {
  Place half;
  half.set_city("Oslo");
  ASSERT_TRUE(Its<Place>().Create(&half).ok());
  for (const char* city : {"", "Oslo"}) {
    Visit visit;
    visit.set_guest(absl::StrCat("of ", city));
    if (*city != '\0') visit.set_city(city);
    ASSERT_TRUE(Its<Visit>().Create(&visit).ok());
  }
  Note note;
  ASSERT_TRUE(Its<Note>().Create(&note).ok());
  Sign sign;
  sign.set_shown_id(half.id());
  ASSERT_TRUE(Its<Sign>().Create(&sign).ok());

  const auto with_all = [&] {
    return Its<Place>()
        .With(PlaceModel::visits)
        .With(PlaceModel::notes)
        .With(PlaceModel::shown_places);
  };
  const absl::Status updated = with_all().Update(&half);
  ASSERT_TRUE(updated.ok()) << updated;
  EXPECT_EQ(*Its<Visit>().Count(), 2);
  EXPECT_EQ(*Its<Note>().Count(), 1);
  EXPECT_EQ(*Its<Sign>().Count(), 1);
  EXPECT_EQ(*Its<Place>().Links(half, PlaceModel::shown_places).Clear(), 0);
  EXPECT_EQ(*Its<Sign>().Count(), 1);

  Place sent = half;
  sent.add_visits()->set_guest("of ");
  const absl::Status refused = with_all().Update(&sent);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("visits[0]: The row has no street yet that this could "
                        "refer to."));
  Place made;
  made.add_notes();
  EXPECT_EQ(Its<Place>().Create(&made).code(),
            absl::StatusCode::kInvalidArgument);
  made.clear_notes();
  made.add_shown_places(half.id());
  const absl::Status shown = Its<Place>().Create(&made);
  EXPECT_EQ(shown.code(), absl::StatusCode::kInvalidArgument) << shown;
  EXPECT_THAT(std::string(shown.message()), HasSubstr("no code yet"));
  EXPECT_EQ(*Its<Place>().Count(), 1);
  // With what they refer to, all of them are its own.
  sent.set_street("Main");
  sent.mutable_visits(0)->set_guest("new");
  const absl::Status taken =
      Its<Place>().With(PlaceModel::visits).Update(&sent);
  ASSERT_TRUE(taken.ok()) << taken;
  EXPECT_EQ(*Its<Visit>().Count(), 3);
}

}  // namespace
}  // namespace modelservice
