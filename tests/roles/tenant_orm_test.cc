// TENANT outside of calls: whose rows a query is about, and what stays inside.
#include "modelservice/db/error.h"
#include "tenant_fixture.h"

namespace roles {
namespace {

TEST_F(TenantTest, OutsideOfACallAQuerySaysWhose) {
  const Objects<Account> accounts = All<Account>();
  const auto unsaid = accounts.All();
  EXPECT_EQ(unsaid.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(unsaid.status().message()),
              testing::AllOf(HasSubstr("Account"), HasSubstr("ForTenant"),
                             HasSubstr("AllTenants")));
  Account account;
  account.set_email("new@a.example");
  EXPECT_EQ(accounts.Create(&account).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(accounts.Update(&ann_).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(accounts.Delete(ann_).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(accounts.BulkCreate({account}).status().code(),
            absl::StatusCode::kFailedPrecondition);

  const Objects<Account> acme = accounts.ForTenant("acme");
  EXPECT_EQ(*acme.Count(), 1);
  EXPECT_EQ(acme.Filter(AccountModel::id == bob_.id()).Get().status().code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(acme.Create(&account).ok());
  EXPECT_EQ(account.tenant(), "acme");
  account.set_tenant("beta");
  ASSERT_TRUE(acme.Update(&account).ok());
  EXPECT_EQ(account.tenant(), "acme");
  EXPECT_EQ(acme.Update(&bob_).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(acme.Delete(bob_).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*acme.Rows().Delete(), 2);
  EXPECT_EQ(*accounts.AllTenants().Count(), 1);

  Account theirs;
  theirs.set_email("bob@b.example");
  ASSERT_TRUE(acme.Upsert(&theirs, AccountModel::email).ok());
  EXPECT_NE(theirs.id(), bob_.id());
  Account by_key = bob_;
  EXPECT_EQ(acme.Upsert(&by_key, AccountModel::id).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(*acme.GetOrCreate(&account, AccountModel::email));
  // A row is somebody's.
  Account nobodys;
  nobodys.set_email("n@n.example");
  EXPECT_EQ(accounts.AllTenants().Create(&nobodys).code(),
            absl::StatusCode::kInvalidArgument);
  nobodys.set_tenant("gamma");
  EXPECT_TRUE(accounts.AllTenants().Create(&nobodys).ok());
  EXPECT_EQ(*accounts.ForTenant("gamma").Count(), 1);
  // References, too.
  Invoice invoice;
  invoice.set_number("9");
  invoice.set_account_id(bob_.id());
  const absl::Status refused =
      All<Invoice>().ForTenant("acme").Create(&invoice);
  ASSERT_TRUE(modelservice::GetDatabaseError(refused).has_value()) << refused;
  EXPECT_EQ(modelservice::GetDatabaseError(refused)->kind,
            modelservice::DatabaseError::Kind::kForeignKey);
  EXPECT_TRUE(All<Invoice>().ForTenant("beta").Create(&invoice).ok());
}

TEST_F(TenantTest, NobodyTouchesTheLinksOfOthers) {
  const Objects<Badge> badges = All<Badge>();
  const Objects<Badge> acme = badges.ForTenant("acme");
  const Objects<Badge> beta = badges.ForTenant("beta");
  Badge badge;
  badge.add_account_ids(bob_.id());
  ASSERT_TRUE(beta.Create(&badge).ok());
  const auto count = [&] { return *All<Wearing>().Count(); };
  ASSERT_EQ(count(), 1);

  const auto theirs = acme.Links(badge, BadgeModel::account_ids);
  EXPECT_EQ(*theirs.Remove({bob_.id()}), 0);
  EXPECT_EQ(*theirs.Clear(), 0);
  EXPECT_TRUE(theirs.Set({}).ok());
  EXPECT_EQ(theirs.Add({ann_.id()}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(count(), 1);
  // Nor does anybody whose tenant is not said.
  const auto nobodys = badges.Links(badge, BadgeModel::account_ids);
  for (const absl::Status& status :
       {nobodys.Remove({bob_.id()}).status(), nobodys.Clear().status(),
        nobodys.Set({}), nobodys.Add({bob_.id()}).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  }
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(*beta.Links(badge, BadgeModel::account_ids).Clear(), 1);
}

// Whoever makes it: of all tenants' rows, it is between two of one.
TEST_F(TenantTest, NoLinkLeavesItsTenant) {
  Badge badge;
  ASSERT_TRUE(All<Badge>().ForTenant("beta").Create(&badge).ok());
  const auto links =
      All<Badge>().AllTenants().Links(badge, BadgeModel::account_ids);
  for (const absl::Status& refused :
       {links.Add({ann_.id()}).status(), links.Set({bob_.id(), ann_.id()})}) {
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << refused;
  }
  EXPECT_EQ(*links.Add({bob_.id()}), 1);
  EXPECT_TRUE(links.Set({bob_.id()}).ok());
  EXPECT_EQ(*All<Wearing>().Count(), 1);
}

TEST_F(TenantTest, ARowStaysItsTenants) {
  const Objects<Account> accounts = All<Account>();
  const Objects<Account> acme = accounts.ForTenant("acme");
  for (const auto& moved :
       {acme.Rows().Update(AccountModel::tenant.Set("beta")),
        accounts.AllTenants().Rows().Update(AccountModel::tenant.Set("beta")),
        acme.BulkUpdate({ann_}, AccountModel::tenant)}) {
    EXPECT_EQ(moved.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(moved.status().message()),
                HasSubstr("Account.tenant says whose a row is"));
  }
  EXPECT_EQ(*acme.Count(), 1);
  // Nor does it refer to another's, whoever writes it.
  Invoice invoice;
  invoice.set_number("7");
  invoice.set_tenant("beta");
  invoice.set_account_id(ann_.id());
  const Objects<Invoice> all = All<Invoice>().AllTenants();
  for (const absl::Status& refused :
       {all.Create(&invoice), all.BulkCreate({invoice}).status()}) {
    EXPECT_TRUE(modelservice::HasKind(
        refused, modelservice::DatabaseError::Kind::kForeignKey))
        << refused;
  }
  invoice.set_account_id(bob_.id());
  EXPECT_EQ(*all.BulkCreate({invoice}), 1);
  Invoice moved = *all.Filter(InvoiceModel::number == "7").Get();
  moved.set_account_id(ann_.id());
  Invoice lying = moved;
  lying.set_tenant("acme");
  google::protobuf::FieldMask mask;
  mask.add_paths("account_id");
  Invoice masked = moved;
  for (const absl::Status& refused :
       {all.Update(&lying), all.Update(&masked, mask),
        all.BulkUpdate({moved, acme_invoice_}, InvoiceModel::account_id)
            .status(),
        all.Filter(InvoiceModel::number == "7")
            .Update(InvoiceModel::account_id.Set(ann_.id()))
            .status(),
        all.Filter(InvoiceModel::number == "7")
            .Update(InvoiceModel::account_id.Set(InvoiceModel::account_id -
                                                 (bob_.id() - ann_.id())))
            .status(),
        All<Invoice>()
            .ForTenant("beta")
            .Filter(InvoiceModel::number == "7")
            .Update(InvoiceModel::account_id.Set(InvoiceModel::account_id -
                                                 (bob_.id() - ann_.id())))
            .status()}) {
    EXPECT_TRUE(modelservice::HasKind(
        refused, modelservice::DatabaseError::Kind::kForeignKey))
        << refused;
  }
  moved.set_account_id(bob_.id());
  EXPECT_EQ(*all.BulkUpdate({moved, acme_invoice_}, InvoiceModel::account_id),
            2);
  EXPECT_EQ(*all.Filter(InvoiceModel::number == "7")
                 .Update(InvoiceModel::account_id.Set(bob_.id())),
            1);
  // Two tenants' queries are not one.
  const auto both = acme.Rows().Union(accounts.ForTenant("beta").Rows()).All();
  EXPECT_EQ(both.status().code(), absl::StatusCode::kInvalidArgument);
}

// A table in between is nobody's, and what it refers to is somebody's.
TEST_F(TenantTest, ARowOfNobodysRefersToRowsOfOneTenant) {
  Badge acme;
  Badge beta;
  ASSERT_TRUE(All<Badge>().ForTenant("acme").Create(&acme).ok());
  ASSERT_TRUE(All<Badge>().ForTenant("beta").Create(&beta).ok());
  const auto wearing = [](const Badge& badge, const Account& account) {
    Wearing wearing;
    wearing.set_badge_id(badge.id());
    wearing.set_account_id(account.id());
    return wearing;
  };
  const Objects<Wearing> all = All<Wearing>().AllTenants();
  const auto is_refused = [](const absl::Status& status) {
    const auto error = modelservice::GetDatabaseError(status);
    return error.has_value() &&
           error->kind == modelservice::DatabaseError::Kind::kForeignKey &&
           error->columns == std::vector<std::string>{"account_id"};
  };
  Wearing bad = wearing(acme, bob_);
  Wearing good = wearing(acme, ann_);
  EXPECT_TRUE(is_refused(all.Create(&bad)));
  EXPECT_TRUE(is_refused(
      all.Upsert(&bad, WearingModel::badge_id, WearingModel::account_id)));
  EXPECT_TRUE(is_refused(
      all.GetOrCreate(&bad, WearingModel::badge_id, WearingModel::account_id)
          .status()));
  const absl::Status bulk = all.BulkCreate({good, bad}).status();
  EXPECT_TRUE(is_refused(bulk));
  EXPECT_EQ(modelservice::GetDatabaseError(bulk)->row, 1u);
  EXPECT_EQ(*all.Count(), 0);

  EXPECT_TRUE(all.Create(&good).ok());
  EXPECT_EQ(*all.BulkCreate({wearing(beta, bob_)}), 1);
  // Nor does an update make such a row, of a value or a computed one.
  const auto of_acme = all.Filter(WearingModel::badge_id == acme.id());
  EXPECT_TRUE(is_refused(
      of_acme.Update(WearingModel::account_id.Set(bob_.id())).status()));
  EXPECT_TRUE(
      is_refused(of_acme
                     .Update(WearingModel::account_id.Set(
                         WearingModel::account_id + (bob_.id() - ann_.id())))
                     .status()));
  EXPECT_TRUE(is_refused(all.Filter(WearingModel::badge_id == beta.id())
                             .Update(WearingModel::badge_id.Set(acme.id()))
                             .status()));
  EXPECT_EQ(*of_acme.Update(WearingModel::account_id.Set(ann_.id())), 1);
  // Both at once.
  EXPECT_EQ(*all.Filter(WearingModel::badge_id == beta.id())
                 .Update(WearingModel::badge_id.Set(acme.id()),
                         WearingModel::account_id.Set(
                             Created("acme", "eve@a.example").id())),
            1);
  EXPECT_EQ(*of_acme.Count(), 2);
}

}  // namespace
}  // namespace roles
