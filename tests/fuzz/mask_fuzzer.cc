// Masks from strangers: an input is paths, one on a line, which stand in a
// read_mask, in the metadata x-goog-fieldmask and in an update_mask. What is
// refused has a path that is none, and what is taken shows, and writes, what
// its paths name and nothing else.
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "library.modelservice.pb.h"
#include "modelservice/base/compat.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/mask_path.h"
#include "modelservice/service/read_mask.h"
#include "modelservice/service/resource.h"
#include "modelservice/sql/table_statements.h"
#include "modelservice/testing/call_context_builder.h"
#include "ways.modelservice.pb.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;
namespace ways = ::integration::ways;
using Paths = std::vector<std::string>;
using ::integration::Book;
using ::integration::LibraryBase;
using ::integration::UpdateBookRequest;

void Require(bool holds) {
  if (!holds) std::abort();
}

template <class Message>
const Message& FromText(const char* text) {
  static const Message* const message = [text] {
    auto* const made = new Message;
    Require(pb::TextFormat::ParseFromString(text, made));
    return made;
  }();
  return *message;
}

const ways::Order& WholeOrder() {
  return FromText<ways::Order>(R"pb(
    id: 7
    number: "n7"
    customer_id: 3
    total: 12
    custom {
      fields {
        key: "k"
        value { number_value: 1 }
      }
    }
    labels { key: "env" value: "prod" }
    counts { key: 5 value: 6 }
    details {
      room_name: "r"
      floor: 1
      inner { text: "t" }
      names: "a"
      level: 0
      title { value: "x" }
      at { seconds: 5 nanos: 6000 }
      extra { bool_value: true }
      span { seconds: 2 }
      items { text: "i" }
      data: "d"
    }
    body: "long"
    previous_id: 1
    words: "pen"
    sizes: 4
    parts { text: "lid" }
  )pb");
}
const Book& WholeBook() {
  return FromText<Book>(R"pb(
    isbn: "123"
    title: "One"
    year: 2001
    pages: 7
    subtitle { value: "s" }
    tags: "a"
    shelf { room: "r" number: 3 }
    language: "en"
    cover_url: "http://a.b/"
    origin: "gift"
    first_shelf { room: "old" }
  )pb");
}

// A method of a service, as a server has it ready.
struct Served {
  Served(const Service& of, MethodKind kind) {
    service.service = &of;
    service.model = &of.model();
    for (size_t i = 0; i < of.model().table->columns.size(); ++i) {
      const auto& field = FieldOf(of.model(), static_cast<int>(i));
      service.has_oneofs |= field.real_containing_oneof() != nullptr;
      service.fields.push_back(&field);
    }
    for (const Method& method : of.methods) {
      if (plan.method != nullptr || method.kind != kind) continue;
      plan.method = &method;
      for (const RequestField& field : method.request_fields) {
        plan.fields.push_back(
            {method.request().GetDescriptor()->FindFieldByNumber(field.number),
             field.role, field.column, field.lookup, field.any_of});
      }
    }
    Require(plan.method != nullptr);
    plan.columns = UpdateColumns(*of.model().table);
  }

  ServicePlan service;
  MethodPlan plan;
};

// What is said of masks, told again in another way.
bool IsPath(const pb::Descriptor* type, absl::string_view path) {
  const size_t dot = path.find('.');
  const auto* const field =
      type->FindFieldByName(std::string(path.substr(0, dot)));
  if (field == nullptr || dot == absl::string_view::npos) {
    return field != nullptr;
  }
  return field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE &&
         !field->is_repeated() &&
         IsPath(field->message_type(), path.substr(dot + 1));
}
bool IsGoodPath(const pb::Descriptor* type, absl::string_view path) {
  return path == "*" || (std::count(path.begin(), path.end(), '.') < 100 &&
                         IsPath(type, path));
}

// Takes out of `message` what none of the paths names.
void Keep(const Paths& paths, pb::Message* message) {
  const auto& reflection = *message->GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    const std::string name = compat::Str(field->name());
    Paths inside;
    bool whole = false;
    for (const std::string& path : paths) {
      whole |= path == name || path == "*";
      if (absl::StartsWith(path, name + ".")) {
        inside.push_back(path.substr(name.size() + 1));
      }
    }
    if (whole) continue;
    if (inside.empty()) {
      reflection.ClearField(message, field);
    } else {
      Keep(inside, reflection.MutableMessage(message, field));
    }
  }
}

// The row as `mask` shows it.
template <class Message>
Message Shown(const Message& whole, ReadMask* mask) {
  const Model& model = ModelOf<Message>::Get();
  RowValues values(model);
  values.Read(whole);
  WireBuffer wire;
  Require(mask->Encode(ProjectionOf<Message>().codec(), 0, values.row(), wire)
              .ok());
  Message shown;
  Require(
      shown.ParseFromArray(wire.bytes().data(), static_cast<int>(wire.size())));
  if (mask->has_related()) mask->Trim(&shown);
  return shown;
}

void RequireShows(const Paths& paths, ReadMask* mask) {
  ways::Order expected = WholeOrder();
  if (!paths.empty()) Keep(paths, &expected);
  const ways::Order shown = Shown(WholeOrder(), mask);
  Require(pb::util::MessageDifferencer::Equals(shown, expected));
  // What is not shown is not selected, but for what rows are found by.
  std::vector<Expression> columns = ProjectionOf<ways::Order>().columns();
  mask->Hide({}, &columns);
  if (mask->is_whole() || mask->has_related()) return;
  const Model& model = ModelOf<ways::Order>::Get();
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto& field = FieldOf(model, static_cast<int>(i));
    const std::string name = compat::Str(field.name());
    const bool named =
        std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
          return path == "*" || path == name ||
                 absl::StartsWith(path, name + ".");
        });
    Require((columns[i].As<Expression::ColumnNode>() != nullptr) == named);
  }
}

void FuzzReadMask(const Paths& paths) {
  static const Served& list =
      *new Served(ways::OrdersBase::Service(), MethodKind::kList);
  static const TestCallContext& call =
      *new TestCallContext(CallContextBuilder().Build());
  ways::ListOrdersRequest request;
  size_t bad = 0;
  for (const std::string& path : paths) {
    request.mutable_read_mask()->add_paths(path);
    bad += IsGoodPath(ways::Order::descriptor(), path) ? 0 : 1;
  }
  ReadMask mask;
  std::vector<Violation> violations;
  mask.Read(list.service, list.plan, request, call, &violations);
  Require(violations.size() == bad);
  for (const Violation& violation : violations) {
    Require(violation.field == "read_mask" && !violation.description.empty());
  }
  if (bad == 0 && !paths.empty()) RequireShows(paths, &mask);
}

// Of a row's own, and of a page of rows.
void FuzzMetadata(const Paths& paths) {
  static const Served& list =
      *new Served(ways::OrdersBase::Service(), MethodKind::kList);
  static const Served& retrieve =
      *new Served(ways::OrdersBase::Service(), MethodKind::kRetrieve);
  const std::string joined = absl::StrJoin(paths, ",");
  Paths of_row;
  Paths of_rows;
  size_t bad_of_row = 0;
  size_t bad_of_page = 0;
  for (absl::string_view each : absl::StrSplit(joined, ',')) {
    each = absl::StripAsciiWhitespace(each);
    if (each.empty()) continue;
    const std::string path(each);
    of_row.push_back(path);
    if (!IsGoodPath(ways::Order::descriptor(), path)) ++bad_of_row;
    const bool of_page = path == "total_size" || path == "next_page_token";
    if (path == "*" || path == "orders") {
      of_rows.emplace_back("*");
    } else if (absl::StartsWith(path, "orders.") &&
               IsGoodPath(ways::Order::descriptor(), path.substr(7))) {
      of_rows.push_back(path.substr(7));
    } else if (!of_page) {
      ++bad_of_page;
    }
  }
  const TestCallContext call =
      CallContextBuilder().Metadata("x-goog-fieldmask", joined).Build();
  const auto read = [&](const Served& served, const pb::Message& request,
                        ReadMask* mask) {
    std::vector<Violation> violations;
    mask->Read(served.service, served.plan, request, call, &violations);
    return violations.size();
  };
  ReadMask row;
  const size_t row_faults = read(retrieve, ways::RetrieveOrderRequest(), &row);
  Require(row_faults == bad_of_row);
  if (row_faults == 0 && !of_row.empty()) RequireShows(of_row, &row);
  ReadMask page;
  const size_t page_faults = read(list, ways::ListOrdersRequest(), &page);
  Require(page_faults == bad_of_page);
  if (page_faults == 0 && !of_rows.empty()) RequireShows(of_rows, &page);
}

void RequireWrites(const Paths& paths, const Change& change) {
  const Model& model = ModelOf<Book>::Get();
  const auto is_named = [&](absl::string_view field) {
    return std::any_of(paths.begin(), paths.end(), [&](const std::string& p) {
      return p == field || p == "*";
    });
  };
  int last = -1;
  for (const int column : change.columns) {
    Require(column > last);
    last = column;
    const Column& written = model.table->columns[static_cast<size_t>(column)];
    if (written.role == Role::kUpdateTime) continue;
    Require(!written.primary_key && !written.output_only && !written.immutable);
    // The other member of a oneof goes.
    const bool is_cover = absl::StartsWith(written.field, "cover_");
    Require(is_named(written.field) ||
            (is_cover && (is_named("cover_url") || is_named("cover_image"))));
  }
  for (const auto* nested : {&change.nested_paths, &change.immutable_paths}) {
    for (const std::string& path : *nested) {
      Require(is_named(path));
      Require(IsPath(Book::descriptor(), path));
    }
  }
  Require(change.whole == is_named("*"));
}

void FuzzUpdateMask(const Paths& paths) {
  static const Served& update =
      *new Served(LibraryBase::Service(), MethodKind::kUpdate);
  UpdateBookRequest request;
  *request.mutable_book() = WholeBook();
  bool good = true;
  for (const std::string& path : paths) {
    request.mutable_update_mask()->add_paths(path);
    good &= IsGoodPath(Book::descriptor(), path);
  }
  Change change;
  const absl::Status read = ReadChange(update.service, update.plan, request,
                                       /*needs_resource=*/true, &change);
  Require(read.ok() == good);
  if (!good) {
    Require(read.code() == absl::StatusCode::kInvalidArgument);
  } else if (!paths.empty()) {
    RequireWrites(paths, change);
  }
}

// Nested paths change what they lead to, and make nothing that was not there.
void FuzzMerge(const Paths& paths) {
  Paths nested;
  for (const std::string& path : paths) {
    if (IsGoodPath(ways::Order::descriptor(), path) &&
        absl::StartsWith(path, "details.")) {
      nested.push_back(path);
    }
  }
  ways::Order row;
  MergePaths(row, nested, &row);
  Require(!row.has_details());
  // From a row without, and back again.
  ways::Order whole = WholeOrder();
  MergePaths(row, nested, &whole);
  MergePaths(WholeOrder(), nested, &whole);
  Require(pb::util::MessageDifferencer::Equals(whole, WholeOrder()));
}

void Fuzz(absl::string_view input) {
  // protobuf takes no other text, nor gRPC in metadata.
  if (!IsUtf8(input)) return;
  Paths paths;
  for (const absl::string_view line : absl::StrSplit(input, '\n')) {
    if (paths.size() < 200) paths.emplace_back(line);
  }
  if (input.empty()) paths.clear();
  FuzzReadMask(paths);
  FuzzMetadata(paths);
  FuzzUpdateMask(paths);
  FuzzMerge(paths);
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  modelservice::Fuzz(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
