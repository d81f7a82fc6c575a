// Foreign keys of several fields, on SQLite and on PostgreSQL.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/orm/filling_test_support.h"
#include "modelservice/orm/several_fields_test.modelservice.pb.h"

namespace modelservice {
namespace {

using ::several_fields_test::Line;
using ::several_fields_test::LineModel;
using ::several_fields_test::Note;
using ::several_fields_test::NoteModel;
using ::several_fields_test::Offer;
using ::several_fields_test::OfferModel;
using ::several_fields_test::Part;
using ::several_fields_test::PartModel;
using ::several_fields_test::Place;
using ::several_fields_test::PlaceModel;
using ::several_fields_test::Rate;
using ::several_fields_test::RateModel;
using ::several_fields_test::Sale;
using ::several_fields_test::SaleModel;
using ::several_fields_test::Shop;
using ::several_fields_test::ShopModel;
using ::several_fields_test::Sign;
using ::several_fields_test::SignModel;
using ::several_fields_test::Visit;
using ::several_fields_test::VisitModel;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class SeveralFieldsTest : public OnEitherDatabase {
 protected:
  void SetUp() override {
    OnEitherDatabase::SetUp();
    if (!has_database()) return;
    const Table* const tables[] = {
        SaleModel::Model().table,  ShopModel::Model().table,
        LineModel::Model().table,  PartModel::Model().table,
        PlaceModel::Model().table, VisitModel::Model().table,
        NoteModel::Model().table,  SignModel::Model().table,
        RateModel::Model().table,  OfferModel::Model().table};
    const absl::Status made =
        database().RunScript(CreateTablesSql(tables, database().dialect()));
    ASSERT_TRUE(made.ok()) << made;
    counted_.emplace(database());
  }

  template <class Message>
  Objects<Message> All() {
    return Objects<Message>(*counted_);
  }
  // Not counted: these write in transactions.
  template <class Message>
  Objects<Message> Its() {
    return Objects<Message>(database());
  }
  CountingDatabase& counted() { return *counted_; }

  void CreateShop(const std::string& region, int64_t number,
                  const std::string& city) {
    Shop shop;
    shop.set_region(region);
    shop.set_number(number);
    shop.set_city(city);
    shop.set_street("Main");
    const absl::Status created = Objects<Shop>(database()).Create(&shop);
    ASSERT_TRUE(created.ok()) << created;
  }
  absl::Status CreateSale(const std::string& region, int64_t number,
                          int64_t total, const char* from_city = nullptr) {
    Sale sale;
    sale.set_region(region);
    sale.set_shop_number(number);
    sale.set_total(total);
    if (from_city != nullptr) {
      sale.set_from_city(from_city);
      sale.set_from_street("Main");
    }
    return Objects<Sale>(database()).Create(&sale);
  }
  // Shops n1 in Oslo, n2 in Bergen and s1 in Rome, each with a sale of 1, 2 and
  // 3; that of n2 is sent from Rome, and half an address is none's.
  void CreateThree() {
    CreateShop("n", 1, "Oslo");
    CreateShop("n", 2, "Bergen");
    CreateShop("s", 1, "Rome");
    ASSERT_TRUE(CreateSale("n", 1, 1).ok());
    ASSERT_TRUE(CreateSale("n", 2, 2, "Rome").ok());
    ASSERT_TRUE(CreateSale("s", 1, 3).ok());
    const auto changed = Objects<Sale>(database())
                             .Filter(SaleModel::total == 3)
                             .Update(SaleModel::from_city.Set("Nowhere"));
    ASSERT_TRUE(changed.ok()) << changed.status();
  }

  std::vector<int64_t> Totals(const Condition<Sale>& condition) {
    std::vector<int64_t> totals;
    const auto rows =
        All<Sale>().Filter(condition).OrderBy(SaleModel::total).All();
    EXPECT_TRUE(rows.ok()) << rows.status();
    for (const Sale& sale : *rows) totals.push_back(sale.total());
    return totals;
  }
  std::vector<std::string> Cities(const Condition<Shop>& condition) {
    std::vector<std::string> cities;
    const auto rows =
        All<Shop>().Filter(condition).OrderBy(ShopModel::city).All();
    EXPECT_TRUE(rows.ok()) << rows.status();
    for (const Shop& shop : *rows) cities.push_back(shop.city());
    return cities;
  }

 private:
  std::optional<CountingDatabase> counted_;
};

TEST_P(SeveralFieldsTest, ConditionsGoBothWays) {
  CreateThree();
  EXPECT_THAT(Totals(SaleModel::shop.city == "Oslo"), ElementsAre(1));
  EXPECT_THAT(Totals(SaleModel::shop.city != "Oslo"), ElementsAre(2, 3));
  EXPECT_THAT(Totals(SaleModel::sent_from.city == "Rome"), ElementsAre(2));
  EXPECT_THAT(Totals(SaleModel::sent_from.region.IsNull()), ElementsAre(1, 3));
  EXPECT_THAT(Totals(SaleModel::sent_from.sales.Any(SaleModel::total == 3)),
              ElementsAre(2));
  EXPECT_THAT(Cities(ShopModel::sales.Any(SaleModel::total > 1)),
              ElementsAre("Bergen", "Rome"));
  EXPECT_THAT(Cities(ShopModel::sales.None(SaleModel::total == 3)),
              ElementsAre("Bergen", "Oslo"));
  EXPECT_THAT(Cities(RowsBy(SaleModel::sent_from).Count() == 1),
              ElementsAre("Rome"));
  // Outside of a SELECT the way is looked up.
  EXPECT_EQ(*All<Sale>()
                 .Filter(SaleModel::shop.city == "Oslo")
                 .Update(SaleModel::total.Set(7)),
            1);
  EXPECT_THAT(Totals(SaleModel::total == 7), ElementsAre(7));
}

TEST_P(SeveralFieldsTest, OrdersGoAlong) {
  CreateThree();
  const auto rows =
      All<Sale>().Rows().OrderBy(SaleModel::shop.city.Desc()).All();
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[0].total(), 3);
  EXPECT_EQ((*rows)[2].total(), 2);
}

TEST_P(SeveralFieldsTest, SelectRelatedJoins) {
  CreateThree();
  counted().Count();
  const auto rows = All<Sale>()
                        .Rows()
                        .SelectRelated(SaleModel::shop)
                        .SelectRelated(SaleModel::sent_from)
                        .OrderBy(SaleModel::total)
                        .All();
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(counted().Count(), 1u);
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[0].shop().city(), "Oslo");
  EXPECT_FALSE((*rows)[0].has_sender());
  EXPECT_EQ((*rows)[1].shop().city(), "Bergen");
  EXPECT_EQ((*rows)[1].sender().city(), "Rome");
  EXPECT_FALSE((*rows)[2].has_sender());
}

TEST_P(SeveralFieldsTest, PrefetchTakesOneStatement) {
  CreateThree();
  ASSERT_TRUE(CreateSale("n", 2, 4).ok());
  counted().Count();
  const auto shops = All<Shop>()
                         .Rows()
                         .Prefetch(ShopModel::sales)
                         .OrderBy(ShopModel::city)
                         .All();
  ASSERT_TRUE(shops.ok()) << shops.status();
  EXPECT_EQ(counted().Count(), 2u);
  ASSERT_EQ(shops->size(), 3u);
  ASSERT_EQ((*shops)[0].sales_size(), 2);  // Bergen
  EXPECT_EQ((*shops)[0].sales(1).total(), 4);
  ASSERT_EQ((*shops)[1].sales_size(), 1);
  EXPECT_EQ((*shops)[1].sales(0).total(), 1);
  EXPECT_EQ((*shops)[2].sales(0).total(), 3);
  // The other way, from a part of the rows; what it goes by is read for it.
  const auto sales = All<Sale>()
                         .Filter(SaleModel::total > 1)
                         .Only(SaleModel::total)
                         .Prefetch(SaleModel::sent_from)
                         .OrderBy(SaleModel::total)
                         .All();
  ASSERT_TRUE(sales.ok()) << sales.status();
  EXPECT_EQ((*sales)[0].sender().region(), "s");
  EXPECT_FALSE((*sales)[1].has_sender());
}

// Of so many different first parts of keys each is no condition of its own.
TEST_P(SeveralFieldsTest, PrefetchOfManyFirstParts) {
  std::vector<Shop> shops(300);
  std::vector<Sale> sales(300);
  for (int i = 0; i < 300; ++i) {
    shops[i].set_region(absl::StrCat("r", i));
    shops[i].set_number(i % 7);
    shops[i].set_city(absl::StrCat("c", i));
    sales[i].set_region(shops[i].region());
    sales[i].set_shop_number(shops[i].number());
    sales[i].set_total(i);
  }
  ASSERT_TRUE(Objects<Shop>(database()).BulkCreate(shops).ok());
  // One that has the parts of two others' keys, and is not asked for.
  CreateShop("r0", 1, "stranger");
  ASSERT_TRUE(CreateSale("r0", 1, 1000).ok());
  ASSERT_TRUE(Objects<Sale>(database()).BulkCreate(sales).ok());
  counted().Count();
  const auto found = All<Shop>()
                         .Filter(ShopModel::city != "stranger")
                         .Prefetch(ShopModel::sales)
                         .All();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(counted().Count(), 2u);
  ASSERT_EQ(found->size(), 300u);
  for (const Shop& shop : *found) {
    ASSERT_EQ(shop.sales_size(), 1) << shop.region();
    EXPECT_EQ(shop.sales(0).region(), shop.region());
    EXPECT_LT(shop.sales(0).total(), 300);
  }
}

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

TEST_P(SeveralFieldsTest, KeysOfTextsAreKeptApart) {
  Place place;
  place.set_city("Oslo");
  place.set_street("Main");
  for (const auto& [guest, day] :
       {std::pair("a, b", "c"), std::pair("a", "b, c")}) {
    Visit* const visit = place.add_visits();
    visit->set_guest(guest);
    visit->set_day(day);
  }
  ASSERT_TRUE(Its<Place>().Create(&place).ok());
  const auto write = [&] {
    return Its<Place>().With(PlaceModel::visits).Update(&place);
  };
  const absl::Status both = write();
  ASSERT_TRUE(both.ok()) << both;
  EXPECT_EQ(*Its<Visit>().Count(), 2);
  place.mutable_visits()->DeleteSubrange(0, 1);
  ASSERT_TRUE(write().ok());
  const auto left = Its<Visit>().All();
  ASSERT_TRUE(left.ok()) << left.status();
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ(left->front().day(), "b, c");
}

// However they are written, on SQLite too, where they are texts.
TEST_P(SeveralFieldsTest, EqualDecimalsMeet) {
  Rate rate;
  rate.set_price("1.5");
  rate.set_kind("a");
  rate.set_factor("2.50");
  const absl::Status made = Its<Rate>().Create(&rate);
  ASSERT_TRUE(made.ok()) << made;
  Offer offer;
  offer.set_kind("a");
  offer.set_factor("2.5000");
  for (const char* price : {"1.5", "1.50"}) {
    offer.clear_id();
    offer.set_price(price);
    const absl::Status created = Its<Offer>().Create(&offer);
    EXPECT_TRUE(created.ok()) << created;
  }
  EXPECT_EQ(*Its<Offer>().Filter(OfferModel::factor == "2.50").Count(), 2);
  rate.set_price("1.6");
  rate.set_factor("2.5");
  EXPECT_FALSE(Its<Rate>().Create(&rate).ok());  // there is one
}

INSTANTIATE_TEST_SUITE_P(Databases, SeveralFieldsTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
