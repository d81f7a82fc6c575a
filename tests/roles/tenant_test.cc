// TENANT: rows of others are as if they were not there, whatever a call does.
#include "absl/strings/str_cat.h"
#include "tenant_fixture.h"

namespace roles {
namespace {

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
