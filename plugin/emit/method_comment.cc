#include "plugin/emit/method_comment.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "plugin/emit/naming.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

// The user's words and ours, with an empty line between.
std::string Join(const std::string& comment, const std::string& ours) {
  const std::string doc = DocComment(comment);
  return doc.empty() ? ours : absl::StrCat(doc, "\n///\n", ours);
}

bool HasTransaction(const Method& method) {
  switch (method.kind) {
    case MethodKind::kCustom:
      return method.transaction != Transaction::kNone;
    case MethodKind::kList:
      return !method.server_streaming;
    case MethodKind::kBulkCreate:
      return false;
    default:
      return true;
  }
}

bool Writes(const Method& method) {
  switch (method.kind) {
    case MethodKind::kCustom:
      return method.transaction == Transaction::kWrite;
    case MethodKind::kList:
    case MethodKind::kRetrieve:
    case MethodKind::kBatchGet:
    case MethodKind::kAggregate:
      return false;
    default:
      return true;
  }
}

std::string TransactionOf(const Method& method) {
  if (!HasTransaction(method)) return "In no transaction: runs once.";
  const absl::string_view kind =
      Writes(method) ? "In a writing transaction" : "In a reading transaction";
  return absl::StrCat(kind,
                      method.client_streaming
                          ? ": may run again while it has taken no message."
                          : ": may run again.");
}

// What the base does, as a sentence.
std::string Behaviour(const Method& method) {
  switch (method.kind) {
    case MethodKind::kCustom:
      return "The base answers UNIMPLEMENTED.";
    case MethodKind::kList:
      return method.server_streaming
                 ? "The base sends the rows that the caller may see."
                 : "The base answers with a page of the rows that the caller "
                   "may see.";
    case MethodKind::kRetrieve:
      return "The base answers with the row of the request's key, or "
             "NOT_FOUND.";
    case MethodKind::kCreate:
      return "The base checks the message and inserts it, between BeforeCreate "
             "and AfterCreate.";
    case MethodKind::kUpdate:
      return "The base checks the message and writes every field of it, or "
             "those that a mask names, between BeforeUpdate and AfterUpdate.";
    case MethodKind::kPartialUpdate:
      return "The base checks and writes the fields that are set or named, "
             "between BeforeUpdate and AfterUpdate.";
    case MethodKind::kDestroy:
      return "The base deletes the row of the request's key, between "
             "BeforeDestroy and AfterDestroy.";
    case MethodKind::kUndelete:
      return "The base brings back the deleted row of the request's key.";
    case MethodKind::kBatchGet:
      return "The base answers with the rows of the request's keys, in its "
             "order, or NOT_FOUND.";
    case MethodKind::kBatchCreate:
      return "The base checks and inserts all of the messages or none, each "
             "between BeforeCreate and AfterCreate.";
    case MethodKind::kBatchUpdate:
      return "The base checks and writes all of the rows or none, each between "
             "BeforeUpdate and AfterUpdate.";
    case MethodKind::kBatchDelete:
      return "The base deletes all of the rows or none, each between "
             "BeforeDestroy and AfterDestroy.";
    case MethodKind::kBulkCreate:
      return "The base inserts what comes in batches, each a transaction of "
             "its "
             "own, and each row between BeforeCreate and AfterCreate.";
    case MethodKind::kAggregate:
      return "The base counts and sums the rows that the caller may see.";
  }
  return "";
}

}  // namespace

std::string ServiceComment(const Service& service) {
  const std::string name = CommentLine(service.full_name);
  const bool transactions = std::any_of(service.methods.begin(),
                                        service.methods.end(), HasTransaction);
  std::string ours =
      service.model == nullptr
          ? absl::StrCat("/// Serves ", name,
                         ". Implement its methods in a subclass, and hand that "
                         "to Registry::Add.")
          : absl::StrCat("/// Serves ", name, " from table \"",
                         CommentLine(service.model->table.name),
                         "\". Subclass it and override what should differ, "
                         "hooks (ModelService in modelservice/handler.h) or "
                         "methods; hand the subclass to Registry::Add. What is "
                         "not overridden costs nothing.");
  absl::StrAppend(
      &ours,
      "\n///\n/// Methods run on the executor, where they may block, and for "
      "many calls at once.",
      transactions
          ? " A transaction is the call's: an error that a method returns "
            "rolls it back, and after a conflict with another call it runs "
            "again, and the method in it; what it does elsewhere belongs into "
            "Transaction::OnCommit."
          : "",
      " Tests call a subclass without a server: TestHandler in "
      "modelservice/testing/test_handler.h.");
  return Join(service.comment, ours);
}

std::string MethodComment(const Service& service, const Method& method) {
  const std::string implement =
      method.standard() ? ""
                        : absl::StrCat("Override it, or ",
                                       StartMember(service, method), ". ");
  return Join(method.comment,
              absl::StrCat("/// ", implement, TransactionOf(method), " ",
                           Behaviour(method)));
}

std::string StartComment(const Service& service, const Method& method) {
  return absl::StrCat(
      "/// In place of ", MethodMember(service, method),
      ": returns soon, and the call goes on until Finish (async_stream.h). In "
      "no transaction: runs once. The base finishes with UNIMPLEMENTED.");
}

}  // namespace modelservice::plugin
