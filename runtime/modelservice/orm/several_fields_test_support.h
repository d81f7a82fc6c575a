// Shops and what refers to them by several fields.
#ifndef MODELSERVICE_ORM_SEVERAL_FIELDS_TEST_SUPPORT_H_
#define MODELSERVICE_ORM_SEVERAL_FIELDS_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "modelservice/orm/filling_test_support.h"
#include "modelservice/orm/several_fields_test.modelservice.pb.h"

namespace modelservice {

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

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_SEVERAL_FIELDS_TEST_SUPPORT_H_
