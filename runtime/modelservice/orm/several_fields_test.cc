// Foreign keys of several fields, on SQLite and on PostgreSQL.
#include <memory>
#include <optional>
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
