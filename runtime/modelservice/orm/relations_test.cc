// Ways to the rows that are referred to, on SQLite and on PostgreSQL.
#include "modelservice/orm/relations_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;

TEST_P(RelationsTest, ConditionsGoThroughKeys) {
  CreateFour();
  const auto& customer = OrderModel::customer;
  EXPECT_THAT(Where(customer.email == "ann@a.example"), ElementsAre("1", "2"));
  EXPECT_THAT(Where(customer.email.StartsWith("bob")), ElementsAre("3"));
  EXPECT_THAT(Where(customer.company.name == "Beta"), ElementsAre("3"));
  EXPECT_THAT(Where(OrderModel::previous.customer.email == "ann@a.example"),
              ElementsAre("3"));
  EXPECT_THAT(Where(OrderModel::previous.previous.number == "x"), IsEmpty());
  EXPECT_THAT(Where(customer.level == relations_test::PLAIN),
              ElementsAre("1", "2", "3"));
  EXPECT_THAT(Where(customer.credit == "1.1"), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Where(customer.born.Year() == 1970), IsEmpty());
  EXPECT_THAT(Where(customer.custom.Path("x") == 1), IsEmpty());
  EXPECT_THAT(Where(OrderModel::total > customer.id * 10),
              ElementsAre("2", "3"));
  EXPECT_THAT(Where(customer.company.column + 1 == 8),
              ElementsAre("1", "2", "3"));
  EXPECT_THAT(Where(customer.id.In({ann_.id()})), ElementsAre("1", "2"));
}

TEST_P(RelationsTest, ANullOnTheWayIsDjangos) {
  CreateFour();
  const auto& customer = OrderModel::customer;
  // True of all rows that == is not true of, those without a customer too.
  EXPECT_THAT(Where(customer.email != "ann@a.example"), ElementsAre("3", "4"));
  EXPECT_THAT(Where(!(customer.email == "ann@a.example")),
              ElementsAre("3", "4"));
  EXPECT_THAT(Where(customer.phone.IsNull()), ElementsAre("3", "4"));
  EXPECT_THAT(Where(customer.email.IsNull()), ElementsAre("4"));
  EXPECT_THAT(Where(customer.company.name.IsNull()), ElementsAre("4"));
  EXPECT_THAT(Where(customer.email == "x" || OrderModel::number == "4"),
              ElementsAre("4"));
  EXPECT_THAT(Where(customer.email == std::nullopt), ElementsAre("4"));
}

TEST_P(RelationsTest, AKeyIsItsColumnToo) {
  CreateFour();
  EXPECT_THAT(Where(OrderModel::customer == ann_.id()), ElementsAre("1", "2"));
  EXPECT_THAT(Where(OrderModel::customer.IsNull()), ElementsAre("4"));
  EXPECT_THAT(Where(OrderModel::previous.customer == ann_.id()),
              ElementsAre("3"));
  EXPECT_EQ(OrderModel::customer.column(), OrderModel::kCustomer);
  EXPECT_EQ(*orders()
                 .Filter(OrderModel::number == "3")
                 .Update(OrderModel::customer.Set(ann_.id())),
            1);
  EXPECT_THAT(Where(OrderModel::customer.email == "ann@a.example"),
              ElementsAre("1", "2", "3"));
  // A column of the other model that has the name of a member is the key's.
  EXPECT_EQ(BadgeModel::company.column(), BadgeModel::kCompany);
  // By another way there is no such doubt.
  EXPECT_THAT(Where(OrderModel::customer.company.expression == 0),
              ElementsAre("1", "2", "3"));
}

// Every row by what the others were, not by what the statement has made of
// them.
TEST_P(RelationsTest, AnUpdateReadsWhatWasThere) {
  const Bought first = CreateOrder("1", nullptr, 1, nullptr);
  const Bought second = CreateOrder("2", nullptr, 2, &first);
  const Bought third = CreateOrder("3", nullptr, 3, &second);
  CreateOrder("4", nullptr, 4, &third);
  const auto& previous = OrderModel::previous;
  EXPECT_EQ(*orders()
                 .Filter(previous.total > 0)
                 .Update(OrderModel::total.Set(previous.total)),
            3);
  EXPECT_THAT(Where(OrderModel::total == 1), ElementsAre("1", "2"));
  EXPECT_THAT(Where(OrderModel::total == 3), ElementsAre("4"));
  EXPECT_EQ(
      *orders().Filter(previous.total > 0).Update(OrderModel::total.Set(-1)),
      3);
  EXPECT_EQ(*orders()
                 .Filter(OrderModel::later.Any(OrderModel::total < 0))
                 .Update(OrderModel::total.Set(OrderModel::later.Count())),
            3);
  EXPECT_THAT(Where(OrderModel::total == 1), ElementsAre("1", "2", "3"));
}

TEST_P(RelationsTest, JoinsAWayOnce) {
  const auto& customer = OrderModel::customer;
  const std::string text =
      TextOf(orders()
                 .Filter(customer.email == "x" && customer.phone != "y" &&
                         customer.company.name == "z")
                 .OrderBy(customer.email, customer.company.name.Desc()));
  // t1 is a table's own name, and not taken for another one.
  EXPECT_THAT(
      text,
      HasSubstr(R"(FROM "order" LEFT JOIN "customer" AS "t1" ON "t1"."id" = )"
                R"("order"."customer" LEFT JOIN "t1" AS "t2" ON "t2"."id" = )"
                R"("t1"."company_id" WHERE)"));
  EXPECT_THAT(TextOf(orders().Filter(OrderModel::total == 1)),
              Not(HasSubstr("\"order\".")));
  // Every customer has a company.
  EXPECT_THAT(TextOf(customers().Filter(CustomerModel::company.name == "x")),
              HasSubstr(R"( JOIN "t1" AS)"));
  EXPECT_THAT(TextOf(customers().Filter(CustomerModel::company.name == "x")),
              Not(HasSubstr("LEFT")));
  // A table that has the name of an alias.
  EXPECT_THAT(TextOf(companies().Filter(CompanyModel::owner.email == "x")),
              HasSubstr(R"(FROM "t1" LEFT JOIN "customer" AS "t2")"));
}

TEST_P(RelationsTest, OrdersValuesAndGroups) {
  CreateFour();
  const auto& customer = OrderModel::customer;
  EXPECT_THAT(Numbers(orders()
                          .OrderBy(customer.company.name.Desc(),
                                   OrderModel::total.Desc())
                          .All()),
              ElementsAre("3", "2", "1", "4"));
  EXPECT_THAT(
      Numbers(orders()
                  .OrderBy(customer.email.Asc().NullsLast(), OrderModel::id)
                  .Reverse()
                  .Limit(2)
                  .All()),
      ElementsAre("4", "3"));
  const auto values = orders()
                          .OrderBy(OrderModel::id)
                          .Values(OrderModel::number, customer.email,
                                  customer.level, customer.company.name);
  ASSERT_TRUE(values.ok()) << values.status();
  ASSERT_EQ(values->size(), 4u);
  EXPECT_THAT((*values)[0], FieldsAre(Optional(std::string("1")),
                                      Optional(std::string("ann@a.example")),
                                      Optional(relations_test::PLAIN),
                                      Optional(std::string("Acme"))));
  EXPECT_THAT((*values)[3], FieldsAre(Optional(std::string("4")), std::nullopt,
                                      std::nullopt, std::nullopt));
  const auto groups =
      orders()
          .Rows()
          .GroupBy(customer.company.name)
          .Having(Sum(OrderModel::total) > 20)
          .OrderBy(customer.company.name)
          .Values(Count<Bought>(), Sum(OrderModel::total), Max(customer.email));
  ASSERT_TRUE(groups.ok()) << groups.status();
  ASSERT_EQ(groups->size(), 2u);
  EXPECT_THAT((*groups)[0],
              FieldsAre(Optional(std::string("Acme")), 2, Optional(210),
                        Optional(std::string("ann@a.example"))));
  const auto total = orders()
                         .Filter(customer.company.name == "Acme")
                         .Aggregate(Count<Bought>(), Sum(customer.credit),
                                    CountDistinct(customer.email));
  ASSERT_TRUE(total.ok()) << total.status();
  EXPECT_THAT(*total, FieldsAre(2, Optional(std::string("2.20")), 1));
  // Within a limit.
  const auto limited = orders()
                           .OrderBy(customer.email.Desc(), OrderModel::id)
                           .Limit(2)
                           .Aggregate(Count<Bought>(), Min(customer.email));
  ASSERT_TRUE(limited.ok()) << limited.status();
  EXPECT_THAT(*limited, FieldsAre(2, Optional(std::string("ann@a.example"))));
  const auto emails =
      orders().OrderBy(customer.email).Distinct().Values(customer.email);
  ASSERT_TRUE(emails.ok()) << emails.status();
  EXPECT_EQ(emails->size(), 3u);
}

TEST_P(RelationsTest, AllVerbsTakeThem) {
  CreateFour();
  const auto anns =
      orders().Filter(OrderModel::customer.email == "ann@a.example");
  EXPECT_EQ(*anns.Count(), 2);
  EXPECT_TRUE(*anns.Exists());
  EXPECT_EQ((*anns.OrderBy(OrderModel::id).First())->number(), "1");
  EXPECT_FALSE(anns.Get().ok());
  EXPECT_THAT(*anns.Explain(), Not(IsEmpty()));
  int seen = 0;
  EXPECT_TRUE(anns.ForEach([&](Bought&) { ++seen; }).ok());
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(*anns.Union(orders().Filter(OrderModel::number == "4")).Count(), 3);
  EXPECT_THAT(Numbers(anns.Only(OrderModel::number, OrderModel::customer)
                          .OrderBy(OrderModel::id)
                          .All()),
              ElementsAre("1", "2"));
  // By values of other tables, too.
  EXPECT_EQ(*anns.Update(OrderModel::total.Set(
                OrderModel::total + OrderModel::customer.company.column)),
            2);
  EXPECT_THAT(Where(OrderModel::total.In({17, 207})), ElementsAre("1", "2"));
  EXPECT_EQ(*orders()
                 .Filter(OrderModel::previous.customer.company.name == "Acme")
                 .Delete(),
            1);
  EXPECT_THAT(Where(OrderModel::total > 0), ElementsAre("1", "2", "4"));
  const absl::Status locked =
      database().Transact([&](Transaction& transaction) {
        return Objects<Bought>(transaction)
            .Filter(OrderModel::customer.email != "x")
            .ForUpdate()
            .All()
            .status();
      });
  EXPECT_TRUE(locked.ok()) << locked;
}

TEST_P(RelationsTest, OtherFilesAndNames) {
  CreateFour();
  Badge badge;
  badge.set_code("b1");
  badge.set_kind("k");
  badge.set_company(beta_.id());
  Create(badge);
  more::Shipment shipment;
  shipment.set_order_id(3);
  shipment.set_badge_id("b1");
  shipment = Create(shipment);
  const auto count = [&](const Condition<more::Shipment>& condition) {
    const auto found =
        Objects<more::Shipment>(database()).Filter(condition).Count();
    EXPECT_TRUE(found.ok()) << found.status();
    return found.value_or(-1);
  };
  using more::ShipmentModel;
  EXPECT_EQ(count(ShipmentModel::order.customer.company.name == "Beta"), 1);
  EXPECT_EQ(count(ShipmentModel::order.customer.company.name == "Acme"), 0);
  EXPECT_EQ(count(ShipmentModel::badge.kind == "k"), 1);
  EXPECT_EQ(count(ShipmentModel::badge.company.name == "Beta"), 1);
  EXPECT_EQ(count(ShipmentModel::class_.order.number.IsNull()), 1);
}

std::vector<std::string> Emails(
    const absl::StatusOr<std::vector<Customer>>& customers) {
  EXPECT_TRUE(customers.ok()) << customers.status();
  std::vector<std::string> emails;
  if (!customers.ok()) return emails;
  for (const Customer& customer : *customers) {
    emails.push_back(customer.email());
  }
  return emails;
}

TEST_P(RelationsTest, RowsThatReferToOne) {
  CreateFour();
  CreateCustomer("cleo@b.example", beta_);
  const auto where = [&](const Condition<Customer>& condition) {
    return Emails(
        customers().Filter(condition).OrderBy(CustomerModel::id).All());
  };
  constexpr auto& kOrders = CustomerModel::orders;
  EXPECT_THAT(where(kOrders.Any(OrderModel::total > 100)),
              ElementsAre("ann@a.example"));
  EXPECT_THAT(where(kOrders.Any()),
              ElementsAre("ann@a.example", "bob@b.example"));
  EXPECT_THAT(where(kOrders.None()), ElementsAre("cleo@b.example"));
  EXPECT_THAT(where(kOrders.None(OrderModel::total > 100)),
              ElementsAre("bob@b.example", "cleo@b.example"));
  EXPECT_THAT(where(!kOrders.Any(OrderModel::total > 100)),
              ElementsAre("bob@b.example", "cleo@b.example"));
  EXPECT_THAT(where(kOrders.Count() == 2), ElementsAre("ann@a.example"));
  EXPECT_THAT(where(kOrders.Count(OrderModel::total < 100) >= 1),
              ElementsAre("ann@a.example", "bob@b.example"));
  // Ways of theirs, and theirs of others.
  EXPECT_THAT(where(kOrders.Any(OrderModel::previous.customer.email ==
                                "ann@a.example")),
              ElementsAre("bob@b.example"));
  EXPECT_THAT(where(kOrders.Any(OrderModel::later.Any(OrderModel::total > 0))),
              ElementsAre("ann@a.example"));
  EXPECT_THAT(where(CustomerModel::company.customers.Count() == 2),
              ElementsAre("bob@b.example", "cleo@b.example"));
  EXPECT_THAT(where(CustomerModel::company.customers.Any(
                  CustomerModel::orders.Any(OrderModel::number == "3"))),
              ElementsAre("bob@b.example", "cleo@b.example"));
  EXPECT_THAT(Where(OrderModel::customer.orders.Count() == 2),
              ElementsAre("1", "2"));
  // Of the same table.
  EXPECT_THAT(Where(OrderModel::later.Any()), ElementsAre("1"));
  EXPECT_THAT(Where(OrderModel::later.Any(OrderModel::number == "3") &&
                    OrderModel::customer.company.name == "Acme"),
              ElementsAre("1"));
  EXPECT_THAT(Where(OrderModel::customer.company.customers.Any(
                  CustomerModel::phone == "555")),
              ElementsAre("1", "2"));
}

TEST_P(RelationsTest, CountsAreValues) {
  CreateFour();
  CreateCustomer("cleo@b.example", beta_);
  const auto counts =
      customers()
          .OrderBy(CustomerModel::orders.Count().Desc(), CustomerModel::email)
          .Values(CustomerModel::email, CustomerModel::orders.Count(),
                  CustomerModel::company.name);
  ASSERT_TRUE(counts.ok()) << counts.status();
  ASSERT_EQ(counts->size(), 3u);
  EXPECT_THAT((*counts)[0], FieldsAre(Optional(std::string("ann@a.example")), 2,
                                      Optional(std::string("Acme"))));
  EXPECT_THAT((*counts)[2], FieldsAre(Optional(std::string("cleo@b.example")),
                                      0, Optional(std::string("Beta"))));
}

TEST_P(RelationsTest, RelatedRowsInWrites) {
  CreateFour();
  CreateCustomer("cleo@b.example", beta_);
  EXPECT_EQ(*customers()
                 .Filter(CustomerModel::orders.Any(
                     OrderModel::customer.company.name == "Acme"))
                 .Update(CustomerModel::phone.Set("777")),
            1);
  EXPECT_EQ(*customers().Filter(CustomerModel::phone == "777").Count(), 1);
  EXPECT_EQ(*customers().Filter(CustomerModel::orders.None()).Delete(), 1);
  EXPECT_EQ(*customers().Count(), 2);
  // Of another file, and where there is no related_name.
  more::Shipment shipment;
  shipment.set_order_id(3);
  Badge badge;
  badge.set_code("b1");
  badge.set_kind("k");
  badge.set_company(beta_.id());
  shipment.set_badge_id(Create(badge).code());
  Create(shipment);
  EXPECT_THAT(Where(RowsBy(more::ShipmentModel::order).Any()),
              ElementsAre("3"));
  EXPECT_THAT(
      Where(RowsBy(more::ShipmentModel::order)
                .Any(more::ShipmentModel::badge.company.name == "Acme")),
      IsEmpty());
  EXPECT_EQ(*companies().Filter(RowsBy(BadgeModel::company).Any()).Count(), 1);
}

INSTANTIATE_TEST_SUITE_P(Databases, RelationsTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
