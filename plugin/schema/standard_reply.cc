#include "plugin/schema/standard_reply.h"

#include "absl/strings/str_cat.h"
#include "plugin/schema/aggregate_reply.h"
#include "plugin/schema/method_binder.h"
#include "plugin/schema/request_fault.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

class ReplyBinder : private MethodBinder {
 public:
  using MethodBinder::MethodBinder;

  void Bind() {
    switch (method_.kind) {
      case MethodKind::kCustom:
        return;
      case MethodKind::kList:
        ReplyIsModel() ? BindRows() : BindPage();
        CheckPageToken();
        return CheckPages();
      case MethodKind::kDestroy:
        if (method_.reply.full_name == "google.protobuf.Empty") {
          method_.empty_reply = true;
          return;
        }
        return Expect(
            absl::StrCat("google.protobuf.Empty or ", model_.full_name));
      case MethodKind::kBatchDelete:
        if (method_.reply.full_name == "google.protobuf.Empty") {
          method_.empty_reply = true;
          return;
        }
        return BindRowsAlone();
      case MethodKind::kBatchGet:
      case MethodKind::kBatchCreate:
      case MethodKind::kBatchUpdate:
        return BindRowsAlone();
      case MethodKind::kBulkCreate:
        return BindCreated();
      case MethodKind::kAggregate:
        return BindAggregateReply(model_, element_, method_, diagnostics_);
      case MethodKind::kRetrieve:
      case MethodKind::kCreate:
      case MethodKind::kUpdate:
      case MethodKind::kPartialUpdate:
      case MethodKind::kUndelete:
        return Expect(model_.full_name);
    }
  }

 private:
  bool ReplyIsModel() const {
    return method_.reply.full_name == model_.full_name;
  }

  void Expect(const std::string& type) {
    if (ReplyIsModel()) return;
    ReportMethod(absl::StrCat("it replies ", method_.reply.full_name),
                 absl::StrCat("reply ", type));
  }

  // A stream of rows.
  void BindRows() {
    if (method_.server_streaming) return;
    ReportMethod(
        absl::StrCat("one ", model_.short_name, " cannot hold a list"),
        absl::StrCat("reply stream ", model_.short_name,
                     ", or a message with one repeated ", model_.short_name));
  }

  // All the rows of a batch.
  void BindRowsAlone() {
    if (ReplyIsModel()) return ReportNoRows();
    for (const MessageField& field : method_.reply.fields) {
      if (field.repeated && field.type_name == model_.full_name) {
        BindOnce(field, &method_.rows_field);
      } else {
        ReportMeaningless(
            field, absl::StrCat("keep one repeated ", model_.short_name));
      }
    }
    if (method_.rows_field == 0) ReportNoRows();
  }

  // The rows of a BulkCreate, or how many there are.
  void BindCreated() {
    for (const MessageField& field : method_.reply.fields) {
      if (field.repeated && field.type_name == model_.full_name) {
        BindOnce(field, &method_.rows_field);
      } else if (field.name == "count" || field.name == "total_size") {
        BindTotal(field);
      } else {
        ReportMeaningless(field, absl::StrCat("keep count, or one repeated ",
                                              model_.short_name));
      }
    }
    if (method_.rows_field != 0 || method_.total_size_field != 0) return;
    ReportMethod(
        absl::StrCat(method_.reply.name, " does not say what was created"),
        absl::StrCat("give it int64 count, or one repeated ",
                     model_.short_name));
  }

  // A page of rows, or a stream of such.
  void BindPage() {
    for (const MessageField& field : method_.reply.fields) {
      if (field.repeated && field.type_name == model_.full_name) {
        BindOnce(field, &method_.rows_field);
      } else if (field.name == "next_page_token") {
        if (field.repeated || field.type != FieldType::kString ||
            field.wrapper) {
          Report(field, "next_page_token is not a string", "make it string");
          continue;
        }
        BindOnce(field, &method_.next_page_token_field);
      } else if (field.name == "total_size" || field.name == "count") {
        BindTotal(field);
      } else {
        ReportMeaningless(
            field, absl::StrCat("keep one repeated ", model_.short_name,
                                ", next_page_token, and total_size or count"));
      }
    }
    if (method_.rows_field == 0) ReportNoRows();
  }

  void ReportMeaningless(const MessageField& field, const std::string& mend) {
    Report(
        field,
        absl::StrCat(field.name, " of ", method_.reply.name, " has no meaning"),
        mend);
  }
  void ReportNoRows() {
    ReportMethod(absl::StrCat(method_.reply.name, " has no repeated ",
                              model_.short_name),
                 "give it one field of that type");
  }

  void BindTotal(const MessageField& field) {
    if (field.repeated || field.wrapper || !IsInteger(field.type)) {
      Report(field, absl::StrCat(field.name, " is not an integer"),
             "make it int32 or int64");
    } else if (method_.server_streaming) {
      Report(field,
             absl::StrCat(field.name, " cannot be known inside a stream"),
             "drop it");
    } else {
      BindOnce(field, &method_.total_size_field);
    }
  }

  void BindOnce(const MessageField& field, int* number) {
    if (*number != 0) {
      Report(field,
             absl::StrCat(field.name, " of ", method_.reply.name,
                          " means what another field means already"),
             "keep one of them");
      return;
    }
    *number = field.number;
  }

  void CheckPageToken() {
    if (method_.next_page_token_field != 0) return;
    for (const RequestField& use : method_.request_fields) {
      if (use.role != RequestField::Role::kPageToken) continue;
      for (const MessageField& field : method_.request.fields) {
        if (field.number != use.number) continue;
        Report(field, "page_token is of no use: no reply carries a token",
               "give the reply a string next_page_token, or drop it");
      }
    }
  }

  // Whether clients get to the rows behind the first page: django-socio-grpc's
  // say the page in the call's metadata.
  void CheckPages() {
    if (method_.server_streaming || method_.rows_field == 0 ||
        model_.table.style == ClientStyle::kDjangoSocio) {
      return;
    }
    bool asks = false;
    for (const RequestField& use : method_.request_fields) {
      if (use.role == RequestField::Role::kSkip) return;
      asks = asks || use.role == RequestField::Role::kPageToken;
    }
    const bool tells = method_.next_page_token_field != 0;
    // CheckPageToken's where no reply has what a request asks for.
    if (asks || IsNamed(method_.request, "page_token")) return;
    ReportMethod(
        "it ends with the first page, and no request asks for what is behind",
        absl::StrCat(tells ? ""
                           : absl::StrCat("give ", method_.reply.name,
                                          " a string next_page_token, and "),
                     MendOfMessage(method_.request, "a string page_token"),
                     ", or reply stream ", model_.short_name));
  }
  static bool IsNamed(const Message& message, absl::string_view name) {
    for (const MessageField& field : message.fields) {
      if (field.name == name) return true;
    }
    return false;
  }
};

}  // namespace

void BindReply(const Model& model, const std::string& element, Method& method,
               Diagnostics& diagnostics) {
  ReplyBinder(model, element, method, diagnostics).Bind();
}

}  // namespace modelservice::plugin
