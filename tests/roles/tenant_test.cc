// TENANT: rows of others are as if they were not there, whatever a call does.
#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "roles_fixture.h"

namespace roles {
namespace {

class TenantTest : public RolesTest {
 protected:
  void SetUp() override {
    RolesTest::SetUp();
    accounts_ = Stub<Accounts>();
    invoices_ = Stub<Invoices>();
    ann_ = Created("acme", "ann@a.example");
    bob_ = Created("beta", "bob@b.example");
    acme_invoice_ = CreatedInvoice("acme", ann_.id(), "1");
    beta_invoice_ = CreatedInvoice("beta", bob_.id(), "2");
  }

  // Calls as somebody of `tenant`; of none, if that is empty.
  template <class Stub, class Request, class Reply>
  static grpc::Status As(const std::string& tenant, Stub& stub,
                         grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                      const Request&, Reply*),
                         const Request& request, Reply* reply) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         integration::kPatience);
    if (!tenant.empty()) context.AddMetadata("x-tenant", tenant);
    return (stub.*method)(&context, request, reply);
  }
  Account Created(const std::string& tenant, const std::string& email) {
    Account request;
    request.set_email(email);
    request.set_tenant("somebody else's");
    Account account;
    EXPECT_THAT(
        As(tenant, *accounts_, &Accounts::Stub::Create, request, &account),
        IsOk());
    EXPECT_EQ(account.tenant(), tenant);
    return account;
  }
  Invoice CreatedInvoice(const std::string& tenant, int64_t account,
                         const std::string& number) {
    Invoice request;
    request.set_account_id(account);
    request.set_number(number);
    Invoice invoice;
    EXPECT_THAT(
        As(tenant, *invoices_, &Invoices::Stub::Create, request, &invoice),
        IsOk());
    EXPECT_EQ(invoice.id().size(), 36u);
    return invoice;
  }
  static NoteKey KeyOf(const Account& account) {
    NoteKey key;
    key.set_id(account.id());
    return key;
  }
  static InvoiceKey KeyOf(const Invoice& invoice) {
    InvoiceKey key;
    key.set_id(invoice.id());
    return key;
  }
  std::vector<std::string> Emails(const std::string& tenant,
                                  const std::string& filter = "") {
    ListAccountsRequest request;
    request.set_filter(filter);
    ListAccountsResponse page;
    EXPECT_THAT(As(tenant, *accounts_, &Accounts::Stub::List, request, &page),
                IsOk());
    std::vector<std::string> emails;
    for (const Account& each : page.accounts()) emails.push_back(each.email());
    EXPECT_EQ(page.total_size(), page.accounts_size());
    return emails;
  }

  std::unique_ptr<Accounts::Stub> accounts_;
  std::unique_ptr<Invoices::Stub> invoices_;
  Account ann_;
  Account bob_;
  Invoice acme_invoice_;
  Invoice beta_invoice_;
};

// Every method that names a row: another's is answered as one that is not
// there.
TEST_F(TenantTest, RowsOfOthersAreNotThere) {
  Account reply;
  google::protobuf::Empty empty;
  Account nobody = bob_;
  nobody.set_id(999);
  const auto same = [&](const grpc::Status& others, const grpc::Status& none) {
    EXPECT_EQ(others.error_code(), StatusCode::NOT_FOUND)
        << others.error_message();
    EXPECT_EQ(none.error_code(), StatusCode::NOT_FOUND);
    EXPECT_EQ(absl::StrCat("Account: ", bob_.id(), " not found!"),
              others.error_message());
  };
  same(As("acme", *accounts_, &Accounts::Stub::Get, KeyOf(bob_), &reply),
       As("acme", *accounts_, &Accounts::Stub::Get, KeyOf(nobody), &reply));
  same(As("acme", *accounts_, &Accounts::Stub::Update, bob_, &reply),
       As("acme", *accounts_, &Accounts::Stub::Update, nobody, &reply));
  same(As("acme", *accounts_, &Accounts::Stub::Patch, bob_, &reply),
       As("acme", *accounts_, &Accounts::Stub::Patch, nobody, &reply));
  same(As("acme", *accounts_, &Accounts::Stub::Delete, KeyOf(bob_), &empty),
       As("acme", *accounts_, &Accounts::Stub::Delete, KeyOf(nobody), &empty));
  FindAccountRequest find;
  find.set_email(bob_.email());
  EXPECT_THAT(As("acme", *accounts_, &Accounts::Stub::Find, find, &reply),
              IsError(StatusCode::NOT_FOUND, HasSubstr("not found")));
  EXPECT_THAT(Emails("acme"), ElementsAre("ann@a.example"));
  EXPECT_THAT(Emails("beta"), ElementsAre("bob@b.example"));
  EXPECT_THAT(Emails("gamma"), IsEmpty());
  EXPECT_THAT(Emails("acme", "email = \"bob@b.example\" OR id > 0"),
              ElementsAre("ann@a.example"));
  EXPECT_THAT(Emails("acme", "tenant = \"beta\""), IsEmpty());
  // Its own.
  ASSERT_THAT(As("beta", *accounts_, &Accounts::Stub::Get, KeyOf(bob_), &reply),
              IsOk());
  EXPECT_THAT(reply, integration::EqualsMessage(bob_));
  Account moved = bob_;
  moved.set_tenant("acme");
  ASSERT_THAT(As("beta", *accounts_, &Accounts::Stub::Update, moved, &reply),
              IsOk());
  EXPECT_EQ(reply.tenant(), "beta");
  Invoice invoice;
  EXPECT_THAT(As("acme", *invoices_, &Invoices::Stub::Undelete,
                 KeyOf(beta_invoice_), &invoice),
              IsError(StatusCode::NOT_FOUND, HasSubstr("not found")));
  ASSERT_THAT(As("beta", *invoices_, &Invoices::Stub::Delete,
                 KeyOf(beta_invoice_), &empty),
              IsOk());
  EXPECT_THAT(As("acme", *invoices_, &Invoices::Stub::Undelete,
                 KeyOf(beta_invoice_), &invoice),
              IsError(StatusCode::NOT_FOUND, HasSubstr("not found")));
  ListInvoicesRequest list;
  list.set_show_deleted(true);
  ListInvoicesResponse page;
  ASSERT_THAT(As("acme", *invoices_, &Invoices::Stub::List, list, &page),
              IsOk());
  ASSERT_EQ(page.invoices_size(), 1);
  EXPECT_EQ(page.invoices(0).id(), acme_invoice_.id());
  EXPECT_THAT(As("beta", *invoices_, &Invoices::Stub::Undelete,
                 KeyOf(beta_invoice_), &invoice),
              IsOk());
}

TEST_F(TenantTest, WhatIsUniqueIsSoWithinATenant) {
  const Account same = Created("acme", "bob@b.example");
  EXPECT_NE(same.id(), bob_.id());
  Account request;
  request.set_email("ann@a.example");
  Account reply;
  const Refusal taken(
      As("acme", *accounts_, &Accounts::Stub::Create, request, &reply));
  EXPECT_EQ(taken.code, StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(taken.message, "account with this email already exists.");
  EXPECT_THAT(taken.violations,
              ElementsAre("email: account with this email already exists."));
  request = same;
  request.set_email("ann@a.example");
  const Refusal updated(
      As("acme", *accounts_, &Accounts::Stub::Update, request, &reply));
  EXPECT_EQ(updated.code, StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(updated.violations,
              ElementsAre("email: account with this email already exists."));
  FindAccountRequest find;
  find.set_email("bob@b.example");
  ASSERT_THAT(As("acme", *accounts_, &Accounts::Stub::Find, find, &reply),
              IsOk());
  EXPECT_EQ(reply.id(), same.id());
}

TEST_F(TenantTest, ReferencesStayInside) {
  Invoice request;
  request.set_number("3");
  request.set_account_id(bob_.id());
  Invoice reply;
  const Refusal others(
      As("acme", *invoices_, &Invoices::Stub::Create, request, &reply));
  EXPECT_EQ(others.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(others.violations,
              ElementsAre(absl::StrCat("account_id: Invalid pk \"", bob_.id(),
                                       "\" - object does not exist.")));
  request = acme_invoice_;
  request.set_account_id(bob_.id());
  EXPECT_THAT(As("acme", *invoices_, &Invoices::Stub::Update, request, &reply),
              IsError(StatusCode::INVALID_ARGUMENT,
                      HasSubstr("object does not exist")));
  request.set_account_id(ann_.id());
  EXPECT_THAT(As("acme", *invoices_, &Invoices::Stub::Update, request, &reply),
              IsOk());
}

TEST_F(TenantTest, WhoHasNoTenantIsRefused) {
  Account reply;
  ListAccountsResponse page;
  google::protobuf::Empty empty;
  const auto refused = [](const grpc::Status& status) {
    EXPECT_THAT(status,
                IsError(StatusCode::UNAUTHENTICATED, HasSubstr("credentials")));
  };
  refused(As("", *accounts_, &Accounts::Stub::Get, KeyOf(ann_), &reply));
  refused(As("", *accounts_, &Accounts::Stub::Create, ann_, &reply));
  refused(As("", *accounts_, &Accounts::Stub::Update, ann_, &reply));
  refused(As("", *accounts_, &Accounts::Stub::Delete, KeyOf(ann_), &empty));
  refused(
      As("", *accounts_, &Accounts::Stub::List, ListAccountsRequest(), &page));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       integration::kPatience);
  auto stream = accounts_->Stream(&context, StreamAccountsRequest());
  EXPECT_FALSE(stream->Read(&reply));
  refused(stream->Finish());
  Invoice invoice;
  refused(As("", *invoices_, &Invoices::Stub::Undelete, KeyOf(acme_invoice_),
             &invoice));
}

TEST_F(TenantTest, ATokenIsItsTenants) {
  Created("acme", "x@a.example");
  Created("beta", "x@b.example");
  ListAccountsRequest request;
  request.set_page_size(1);
  ListAccountsResponse page;
  ASSERT_THAT(As("acme", *accounts_, &Accounts::Stub::List, request, &page),
              IsOk());
  request.set_page_token(page.next_page_token());
  EXPECT_THAT(As("beta", *accounts_, &Accounts::Stub::List, request, &page),
              IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("page_token")));
  ASSERT_THAT(As("acme", *accounts_, &Accounts::Stub::List, request, &page),
              IsOk());
  EXPECT_EQ(page.accounts(0).email(), "x@a.example");
}

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

// Two tenants may choose the same id: neither is told what the other did.
TEST_F(TenantTest, AnIdOfARequestIsItsTenants) {
  CreateAccountRequest request;
  request.mutable_account()->set_email("cid@c.example");
  request.set_request_id("1");
  Account acme, beta;
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(
        As("acme", *accounts_, &Accounts::Stub::CreateOnce, request, &acme),
        IsOk());
    ASSERT_THAT(
        As("beta", *accounts_, &Accounts::Stub::CreateOnce, request, &beta),
        IsOk());
    EXPECT_EQ(acme.tenant(), "acme");
    EXPECT_EQ(beta.tenant(), "beta");
  }
  EXPECT_THAT(Emails("acme"), ElementsAre("ann@a.example", "cid@c.example"));
  EXPECT_THAT(Emails("beta"), ElementsAre("bob@b.example", "cid@c.example"));
}

}  // namespace
}  // namespace roles
