// What SelectRelated and Prefetch fill, on SQLite and on PostgreSQL.
#include "modelservice/orm/filling_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

template <class Rows, class Get>
std::vector<std::string> Names(const Rows& rows, const Get& get) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(get(row));
  return names;
}
template <class Rows>
std::vector<std::string> Names(const Rows& rows) {
  return Names(rows, [](const auto& row) { return row.name(); });
}
template <class Rows>
std::vector<std::string> Numbers(const Rows& rows) {
  return Names(rows, [](const auto& row) { return row.number(); });
}

TEST_P(FillingTest, NothingIsFilledUnasked) {
  CreateFour();
  const auto orders = All<Bought>().OrderBy(OrderModel::id).All();
  ASSERT_TRUE(orders.ok()) << orders.status();
  for (const Bought& order : *orders) {
    EXPECT_FALSE(order.has_customer());
    EXPECT_THAT(order.items(), IsEmpty());
  }
  EXPECT_THAT(counted().texts, ElementsAre(Not(HasSubstr("JOIN"))));
}

TEST_P(FillingTest, SelectRelatedJoins) {
  CreateFour();
  const auto orders =
      All<Bought>()
          .OrderBy(OrderModel::id)
          .SelectRelated(OrderModel::customer.country, OrderModel::previous,
                         OrderModel::payer_email)
          .All();
  ASSERT_TRUE(orders.ok()) << orders.status();
  EXPECT_EQ(counted().Count(), 1u);
  ASSERT_THAT(Numbers(*orders), ElementsAre("1", "2", "3", "4"));
  EXPECT_EQ((*orders)[0].customer().email(), "ann@a.example");
  EXPECT_EQ((*orders)[0].customer().country().name(), "Norway");
  EXPECT_EQ((*orders)[0].payer().email(), "ann@a.example");
  EXPECT_FALSE((*orders)[0].has_previous());
  EXPECT_EQ((*orders)[2].customer().country().name(), "Peru");
  EXPECT_EQ((*orders)[2].previous().number(), "1");
  EXPECT_FALSE((*orders)[2].previous().has_customer());
  EXPECT_FALSE((*orders)[3].has_customer());
  EXPECT_FALSE((*orders)[3].has_payer());
  // Everything else of the row is as ever.
  EXPECT_EQ((*orders)[3].total(), 4);
}

TEST_P(FillingTest, AJoinIsInnerOnlyWhereThereIsARow) {
  CreateFour();
  ASSERT_TRUE(
      All<Customer>().Rows().SelectRelated(CustomerModel::country).All().ok());
  EXPECT_THAT(counted().texts, ElementsAre(Not(HasSubstr("LEFT JOIN"))));
  counted().Count();
  ASSERT_TRUE(
      All<Bought>().Rows().SelectRelated(OrderModel::customer).All().ok());
  EXPECT_THAT(counted().texts, ElementsAre(HasSubstr("LEFT JOIN")));
}

TEST_P(FillingTest, ConditionsAndTheirJoinsAreShared) {
  CreateFour();
  const auto query = All<Bought>()
                         .Filter(OrderModel::customer.country.name == "Peru")
                         .SelectRelated(OrderModel::customer.country)
                         .OrderBy(OrderModel::customer.email)
                         .Limit(5);
  const auto orders = query.All();
  ASSERT_TRUE(orders.ok()) << orders.status();
  ASSERT_THAT(Numbers(*orders), ElementsAre("3"));
  EXPECT_EQ((*orders)[0].customer().country().name(), "Peru");
  const std::string text = counted().texts.front();
  size_t joins = 0;
  for (size_t at = text.find("JOIN"); at != std::string::npos;
       at = text.find("JOIN", at + 1)) {
    ++joins;
  }
  EXPECT_EQ(joins, 2u) << text;
  // What needs no field reads none.
  EXPECT_EQ(*query.Count(), 1);
  EXPECT_TRUE(*query.Exists());
  EXPECT_TRUE(query.Explain().ok());
}

TEST_P(FillingTest, PrefetchTakesOneStatementWhateverTheNumberOfRows) {
  CreateFour();
  for (int i = 0; i < 50; ++i) {
    const Bought order = CreateOrder("more", &bob_);
    CreateItem(order, 1, "x");
  }
  const auto orders = All<Bought>()
                          .OrderBy(OrderModel::id)
                          .Prefetch(OrderModel::items)
                          .Prefetch(OrderModel::customer)
                          .All();
  ASSERT_TRUE(orders.ok()) << orders.status();
  EXPECT_EQ(counted().Count(), 3u);
  ASSERT_EQ(orders->size(), 54u);
  // In the order of the model.
  EXPECT_THAT(Names((*orders)[0].items()), ElementsAre("a", "b"));
  EXPECT_THAT((*orders)[1].items(), IsEmpty());
  EXPECT_THAT(Names((*orders)[2].items()), ElementsAre("c"));
  EXPECT_THAT(Names((*orders)[53].items()), ElementsAre("x"));
  // Two rows have the same one.
  EXPECT_EQ((*orders)[0].customer().email(), "ann@a.example");
  EXPECT_EQ((*orders)[1].customer().email(), "ann@a.example");
  EXPECT_FALSE((*orders)[3].has_customer());
}

TEST_P(FillingTest, PrefetchOfSomeOfThem) {
  CreateFour();
  const auto customers =
      All<Customer>()
          .OrderBy(CustomerModel::id)
          .Prefetch(
              CustomerModel::orders,
              All<Bought>()
                  .Filter(OrderModel::total > 5)
                  .OrderBy(OrderModel::total.Desc())
                  .SelectRelated(OrderModel::previous)
                  .Prefetch(OrderModel::items,
                            All<Item>().Rows().Prefetch(ItemModel::labels)))
          .All();
  ASSERT_TRUE(customers.ok()) << customers.status();
  EXPECT_EQ(counted().Count(), 4u);
  ASSERT_EQ(customers->size(), 2u);
  EXPECT_THAT(Numbers((*customers)[0].orders()), ElementsAre("2", "1"));
  const Bought& first = (*customers)[0].orders(1);
  EXPECT_THAT(Names(first.items()), ElementsAre("a", "b"));
  EXPECT_THAT(Names(first.items(0).labels()), ElementsAre("blue", "red"));
  const Bought& third = (*customers)[1].orders(0);
  EXPECT_EQ(third.previous().number(), "1");
  EXPECT_THAT(Names(third.items(0).labels()), ElementsAre("red"));
}

TEST_P(FillingTest, WaysGoOnBehindOthers) {
  CreateFour();
  // Behind a join, and behind a statement of its own.
  for (const bool joined : {true, false}) {
    auto query = All<Bought>().Filter(OrderModel::number == "3");
    if (joined) query = query.SelectRelated(OrderModel::customer);
    const auto found = query.Prefetch(OrderModel::customer.orders)
                           .Prefetch(OrderModel::customer.profile)
                           .Prefetch(OrderModel::previous.items)
                           .Get();
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(counted().Count(), joined ? 5u : 6u);
    EXPECT_THAT(Numbers(found->customer().orders()), ElementsAre("3"));
    EXPECT_EQ(found->customer().profile().text(), "Bob's");
    EXPECT_THAT(Names(found->previous().items()), ElementsAre("a", "b"));
  }
}

TEST_P(FillingTest, OneToOneIsFilledFromBothSides) {
  CreateFour();
  const auto customers = All<Customer>()
                             .OrderBy(CustomerModel::id)
                             .Prefetch(CustomerModel::profile)
                             .All();
  ASSERT_TRUE(customers.ok()) << customers.status();
  EXPECT_FALSE((*customers)[0].has_profile());
  EXPECT_EQ((*customers)[1].profile().text(), "Bob's");
  const auto profile =
      All<Profile>().Rows().SelectRelated(ProfileModel::customer).Get();
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->customer().email(), "bob@b.example");
  EXPECT_EQ(
      *All<Customer>()
           .Filter(CustomerModel::profile.Any(ProfileModel::text == "Bob's"))
           .Count(),
      1);
}

TEST_P(FillingTest, OnlyKeepsWhatIsNeeded) {
  CreateFour();
  const auto orders =
      All<Bought>()
          .OrderBy(OrderModel::id)
          .Only(OrderModel::number)
          .Prefetch(OrderModel::customer)
          .Prefetch(OrderModel::items, All<Item>().Rows().Only(ItemModel::name))
          .All();
  ASSERT_TRUE(orders.ok()) << orders.status();
  EXPECT_EQ((*orders)[0].customer().email(), "ann@a.example");
  EXPECT_EQ((*orders)[0].total(), 0);
  ASSERT_THAT(Names((*orders)[0].items()), ElementsAre("a", "b"));
  EXPECT_EQ((*orders)[0].items(0).place(), 0);
}

TEST_P(FillingTest, InBulkReadsItsColumnWhateverElseIsRead) {
  CreateFour();
  const std::vector<std::string> emails = {"ann@a.example", "nobody"};
  for (const auto& some :
       {All<Customer>().Rows().Only(CustomerModel::id),
        All<Customer>().Rows().Defer(CustomerModel::email)}) {
    const auto found = some.InBulk(CustomerModel::email, emails);
    ASSERT_TRUE(found.ok()) << found.status();
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->at("ann@a.example").email(), "ann@a.example");
  }
}

TEST_P(FillingTest, EveryWayOfReadingFills) {
  CreateFour();
  const auto query = All<Bought>()
                         .OrderBy(OrderModel::id)
                         .SelectRelated(OrderModel::customer)
                         .Prefetch(OrderModel::items);
  const auto expect_first = [](const Bought& order) {
    EXPECT_EQ(order.customer().email(), "ann@a.example");
    EXPECT_THAT(Names(order.items()), ElementsAre("a", "b"));
  };
  expect_first(**query.First());
  EXPECT_FALSE((*query.Last())->has_customer());
  std::vector<Bought> seen;
  ASSERT_TRUE(
      query.ForEach([&](const Bought& order) { seen.push_back(order); }).ok());
  ASSERT_EQ(seen.size(), 4u);
  expect_first(seen[0]);
  auto rows = query.Iterate();
  for (Bought& order : rows) {
    expect_first(order);
    break;
  }
  EXPECT_TRUE(rows.status().ok());
  const auto by_id = query.InBulk(OrderModel::id, std::vector<int64_t>{1});
  ASSERT_TRUE(by_id.ok()) << by_id.status();
  expect_first(by_id->at(1));
  // Inside of a transaction too.
  EXPECT_TRUE(database()
                  .Transact([&](Transaction& transaction) -> absl::Status {
                    auto found = Objects<Bought>(transaction)
                                     .Filter(OrderModel::number == "1")
                                     .SelectRelated(OrderModel::customer)
                                     .Prefetch(OrderModel::items)
                                     .ForUpdate()
                                     .Get();
                    if (found.ok()) expect_first(*found);
                    return found.status();
                  })
                  .ok());
}

TEST_P(FillingTest, APageOfACursorIsFilledAtATime) {
  CreateFour();
  for (int i = 0; i < 600; ++i) CreateItem(CreateOrder("n", &bob_), 1, "x");
  counted().Count();
  int with_items = 0;
  ASSERT_TRUE(All<Bought>()
                  .Rows()
                  .Prefetch(OrderModel::items)
                  .ForEach([&](const Bought& order) {
                    with_items += order.items_size() > 0 ? 1 : 0;
                  })
                  .ok());
  EXPECT_EQ(with_items, 602);
  // The cursor's, and one for each 512 rows.
  EXPECT_EQ(counted().Count(), 3u);
}

TEST_P(FillingTest, WhatIsWrongIsSaid) {
  CreateFour();
  const auto limited =
      All<Bought>()
          .Rows()
          .Prefetch(OrderModel::items, All<Item>().Rows().Limit(1))
          .All();
  EXPECT_EQ(limited.status(),
            absl::InvalidArgumentError(
                "Prefetch takes no query with a limit or an offset."));
  // Also of a query that finds nothing.
  EXPECT_FALSE(All<Bought>()
                   .Filter(OrderModel::number == "none")
                   .Prefetch(OrderModel::items, All<Item>().Rows().Limit(1))
                   .All()
                   .ok());
  EXPECT_TRUE(All<Bought>()
                  .Filter(OrderModel::number == "none")
                  .Prefetch(OrderModel::items)
                  .All()
                  .ok());
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition,
            All<Bought>()
                .Rows()
                .Prefetch(OrderModel::items, All<Item>().Rows().ForUpdate())
                .All()
                .status()
                .code());
}

TEST_P(FillingTest, ManyToManyThroughATable) {
  CreateFour();
  const auto items =
      All<Item>()
          .OrderBy(ItemModel::name)
          .Prefetch(ItemModel::labels, All<Label>()
                                           .Filter(LabelModel::name != "none")
                                           .OrderBy(LabelModel::id)
                                           .SelectRelated(LabelModel::country))
          .Prefetch(ItemModel::label_ids)
          .All();
  ASSERT_TRUE(items.ok()) << items.status();
  EXPECT_EQ(counted().Count(), 3u);
  EXPECT_THAT(Names((*items)[0].labels()), ElementsAre("red", "blue"));
  EXPECT_EQ((*items)[0].labels(0).country().name(), "Norway");
  EXPECT_FALSE((*items)[0].labels(1).has_country());
  EXPECT_THAT((*items)[0].label_ids(), ElementsAre(red_.id(), blue_.id()));
  EXPECT_THAT((*items)[1].labels(), IsEmpty());
  EXPECT_THAT((*items)[1].label_ids(), IsEmpty());
  EXPECT_THAT(Names((*items)[2].labels()), ElementsAre("red"));

  const auto where = [&](const Condition<Item>& condition) {
    return Names(*All<Item>().Filter(condition).OrderBy(ItemModel::name).All());
  };
  EXPECT_THAT(where(ItemModel::labels.Any(LabelModel::name == "red")),
              ElementsAre("a", "c"));
  EXPECT_THAT(
      where(ItemModel::labels.Any(LabelModel::country.name == "Norway")),
      ElementsAre("a", "c"));
  EXPECT_THAT(where(ItemModel::label_ids.Any()), ElementsAre("a", "c"));
  EXPECT_THAT(where(ItemModel::labels.None()), ElementsAre("b"));
  EXPECT_THAT(where(ItemModel::labels.None(LabelModel::name == "blue")),
              ElementsAre("b", "c"));
  EXPECT_THAT(where(ItemModel::labels.Count() == 2), ElementsAre("a"));
  // Inside of another one.
  EXPECT_EQ(*All<Bought>()
                 .Filter(OrderModel::items.Any(
                     ItemModel::labels.Any(LabelModel::name == "blue")))
                 .Count(),
            1);
}

TEST_P(FillingTest, ManyToManyOfAModelToItself) {
  for (const char* name : {"ann", "bob", "cat"}) {
    Person person;
    person.set_name(name);
    Create(person);
  }
  for (const auto& [follower, followed] :
       {std::pair("ann", "bob"), std::pair("ann", "cat"),
        std::pair("bob", "ann")}) {
    Follow follow;
    follow.set_follower(follower);
    follow.set_followed(followed);
    Create(follow);
  }
  const auto people =
      All<Person>()
          .OrderBy(PersonModel::name)
          .Prefetch(PersonModel::follows,
                    All<Person>().Rows().Prefetch(PersonModel::followers))
          .Prefetch(PersonModel::followers)
          .Prefetch(PersonModel::follow_names)
          .All();
  ASSERT_TRUE(people.ok()) << people.status();
  const Person& ann = (*people)[0];
  EXPECT_THAT(Names(ann.follows()), ElementsAre("bob", "cat"));
  EXPECT_THAT(Names(ann.follows(0).followers()), ElementsAre("ann"));
  EXPECT_THAT(ann.follow_names(), ElementsAre("bob", "cat"));
  EXPECT_THAT(Names(ann.followers()), ElementsAre("bob"));
  EXPECT_THAT((*people)[2].follows(), IsEmpty());
  EXPECT_THAT(Names((*people)[2].followers()), ElementsAre("ann"));
  EXPECT_EQ(*All<Person>()
                 .Filter(PersonModel::followers.Any(
                     PersonModel::follows.Any(PersonModel::name == "cat")))
                 .Count(),
            2);
}

INSTANTIATE_TEST_SUITE_P(Databases, FillingTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
