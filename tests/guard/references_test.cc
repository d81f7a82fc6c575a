// References to rows that their caller may not see, and replies with messages
// of other services' models.
#include <string>
#include <vector>

#include "fixture.h"
#include "references.grpc.pb.h"
#include "references.modelservice.pb.h"

namespace boxes {
namespace {

using ::grpc::StatusCode;
using ::guarded::CallUnary;
using ::guarded::Metadata;
using ::integration::IsError;
using ::integration::IsOk;
using ::integration::Refusal;
using ::modelservice::CallContext;
using ::modelservice::Query;
using ::modelservice::Reply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Unlocked : public modelservice::ObjectPermission<Box> {
 public:
  modelservice::Condition<Box> Rows(const CallContext&) override {
    return BoxModel::locked == false;
  }
};

class BoxesService : public BoxesBase {
 public:
  Query<Box> Scope(const CallContext& call, Query<Box> all) override {
    return all.Filter(BoxModel::tenant ==
                      call.principal().Claim("tenant").value_or("-"));
  }
};

class HookedItemsService : public HookedItemsBase {
 public:
  absl::Status BeforeUpdate(const CallContext&, modelservice::Transaction&,
                            const Item&, Item&) override {
    return absl::OkStatus();
  }
};

template <class Base>
class ReportsOf : public Base {
 public:
  absl::StatusOr<Reply<Report>> All(const CallContext&, const Key&) override {
    auto boxes = modelservice::Objects<Box>(this->database())
                     .OrderBy(BoxModel::id.Asc())
                     .All();
    if (!boxes.ok()) return boxes.status();
    Report report;
    report.set_title("all");
    for (const Box& box : *boxes) *report.add_boxes() = box;
    return report;
  }
};
class ReportsService : public ReportsOf<ReportsBase> {};
class ItemReportsService : public ReportsOf<ItemReportsBase> {};

class ReferencesTest : public guarded::GuardTest {
 protected:
  void SetUp() override {
    StartServer([](modelservice::Registry& registry) {
      RegisterReferences(registry);
      registry.Add<BoxesService>();
      registry.Add<HookedItemsService>();
      registry.Add<ReportsService>();
      registry.Add<ItemReportsService>();
      registry.AddPermission<Unlocked>("unlocked");
    });
    if (HasFatalFailure()) return;
    integration::RunSql(
        server().database_url(),
        "INSERT INTO box (id, tenant, locked, combination) VALUES "
        "(101, 'a', FALSE, '123'), (102, 'b', FALSE, '123'), "
        "(103, 'a', TRUE, '123')");
  }

  static const Metadata& Ann() {
    static const Metadata ann = {{"x-caller", "ann tenant=a"}};
    return ann;
  }
  static Item ItemIn(int64_t box) {
    Item item;
    item.set_name("ball");
    item.set_box(box);
    return item;
  }

  template <class Service>
  void CheckItems() {
    using Stub = typename Service::Stub;
    const auto stub = Service::NewStub(server().channel());
    Item made;
    ASSERT_THAT(
        CallUnary(*stub, &Stub::Create, ItemIn(101), Ann(), &made).status,
        IsOk());
    std::vector<std::string> refusals;
    // Another tenant's, a locked one, and none.
    for (const int64_t box : {102, 103, 999}) {
      SCOPED_TRACE(box);
      const std::string words =
          absl::StrCat("Invalid pk \"", box, "\" - object does not exist.");
      const auto refused = [&](const grpc::Status& status) {
        EXPECT_THAT(status, IsError(StatusCode::INVALID_ARGUMENT,
                                    absl::StrCat("box: ", words)));
        EXPECT_THAT(Refusal(status).violations,
                    ElementsAre(absl::StrCat("box: ", words)));
      };
      refused(CallUnary(*stub, &Stub::Create, ItemIn(box), Ann()).status);
      Item item = ItemIn(box);
      item.set_id(made.id());
      refused(CallUnary(*stub, &Stub::PartialUpdate, item, Ann()).status);
      UpdateItemRequest update;
      *update.mutable_item() = item;
      refused(CallUnary(*stub, &Stub::Update, update, Ann()).status);
      update.mutable_update_mask()->add_paths("box");
      refused(CallUnary(*stub, &Stub::Update, update, Ann()).status);
      item = ItemIn(101);
      item.set_spare(box);
      EXPECT_THAT(CallUnary(*stub, &Stub::Create, item, Ann()).status,
                  IsError(StatusCode::INVALID_ARGUMENT,
                          absl::StrCat("spare: ", words)));
    }
    // What refers to such a row already, may do so.
    integration::RunSql(
        server().database_url(),
        absl::StrCat("UPDATE item SET box = 102 WHERE id = ", made.id()));
    Item item = ItemIn(102);
    item.set_id(made.id());
    item.set_name("bat");
    item.set_spare(101);
    Item reply;
    EXPECT_THAT(
        CallUnary(*stub, &Stub::PartialUpdate, item, Ann(), &reply).status,
        IsOk());
    EXPECT_EQ(reply.name(), "bat");
    EXPECT_EQ(reply.spare(), 101);
    UpdateItemRequest update;
    *update.mutable_item() = item;
    update.mutable_item()->clear_spare();
    EXPECT_THAT(CallUnary(*stub, &Stub::Update, update, Ann(), &reply).status,
                IsOk());
    EXPECT_FALSE(reply.has_spare());
    // For another caller it is there.
    EXPECT_THAT(CallUnary(*stub, &Stub::Create, ItemIn(102),
                          {{"x-caller", "bob tenant=b"}})
                    .status,
                IsOk());
  }
};

TEST_F(ReferencesTest, OnlyToRowsThatAreSeen) { CheckItems<Items>(); }
TEST_F(ReferencesTest, AlsoWithHooks) { CheckItems<HookedItems>(); }

TEST_F(ReferencesTest, RepliesWithMessagesOfOtherModelsAreMasked) {
  const auto check = [](auto& stub, auto method) {
    Report report;
    EXPECT_THAT(CallUnary(stub, method, Key(), Ann(), &report).status, IsOk());
    EXPECT_EQ(report.boxes_size(), 3);
    EXPECT_EQ(report.boxes(0).combination(), "");
    EXPECT_EQ(report.boxes(0).tenant(), "a");
    EXPECT_EQ(report.title(), "all");
    EXPECT_THAT(CallUnary(stub, method, Key(),
                          {{"x-caller", "ann reader tenant=a"}}, &report)
                    .status,
                IsOk());
    EXPECT_EQ(report.boxes(0).combination(), "123");
  };
  const auto reports = Reports::NewStub(server().channel());
  check(*reports, &Reports::Stub::All);
  const auto of_items = ItemReports::NewStub(server().channel());
  check(*of_items, &ItemReports::Stub::All);
}

TEST(VisibleReferencesTest, NeedAServiceThatShowsTheRows) {
  const auto server = modelservice::TestServer::Start(
      [](modelservice::Registry& registry) { registry.Add<ItemsBase>(); });
  EXPECT_THAT(
      std::string(server.status().message()),
      testing::AllOf(HasSubstr("Item.box: references.visible_only, but no "
                               "service of this server shows rows of table "
                               "\"box\""),
                     HasSubstr("Retrieve or List")));
}

}  // namespace
}  // namespace boxes
