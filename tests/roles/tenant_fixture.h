// Two tenants, an account and an invoice of each, and calls as somebody of one.
#ifndef MODELSERVICE_TESTS_ROLES_TENANT_FIXTURE_H_
#define MODELSERVICE_TESTS_ROLES_TENANT_FIXTURE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "roles_fixture.h"

namespace roles {

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

}  // namespace roles

#endif  // MODELSERVICE_TESTS_ROLES_TENANT_FIXTURE_H_
