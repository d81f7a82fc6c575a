// Every method, for every mixture of rules about columns and rows: what it is
// answered, and what is in the table afterwards, against a model in memory.
#include <random>

#include "absl/strings/str_join.h"
#include "rights_fixture.h"

namespace rights {
namespace {

// Calls at random.
class RandomRightsTest : public RightsTest,
                         public testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    RightsTest::SetUp();
    if (HasFatalFailure()) return;
    api_ = NewApi(GetParam());
  }

  size_t Random(size_t below) { return random_() % below; }

  Caller AnyCaller() {
    return {Random(2) == 0 ? "ann" : "bob", Random(3) == 0 ? "b" : "a",
            Random(2) == 0, Random(2) == 0};
  }
  Sheet AnySheet() {
    Sheet sheet;
    sheet.set_tenant(
        std::vector<const char*>{"a", "a", "shared", "b"}[Random(4)]);
    sheet.set_draft(Random(2) == 0);
    // Few, else next to nothing would be allowed.
    for (size_t i = Random(4); i > 0; --i) {
      Column(AnyColumn()).Set(static_cast<int64_t>(Random(3)), &sheet);
    }
    // An implicit 0 is none.
    for (const char* name : {"nd", "rw", "on"}) {
      const Column column(name);
      if (column.Get(sheet) == 0) column.Set(std::nullopt, &sheet);
    }
    return sheet;
  }
  const char* AnyColumn() { return kRuled[Random(std::size(kRuled))]; }
  std::set<std::string> AnyNames() {
    if (Random(4) == 0) return {"draft"};
    std::set<std::string> names = {AnyColumn()};
    if (Random(2) == 0) names.insert(AnyColumn());
    if (Random(3) == 0) names.insert("tenant");
    if (Random(3) == 0) names.insert("draft");
    return names;
  }

  void Expect(const Caller& caller, const Expected& expected,
              const Answer<Sheet>& answer) {
    ASSERT_EQ(answer.status.error_code(), expected.code)
        << answer.status.error_message();
    ++answers_[answer.status.error_code()];
    if (answer.status.ok()) {
      EXPECT_THAT(answer.reply,
                  EqualsMessage(Memory::Masked(caller, expected.row)));
    } else {
      EXPECT_TRUE(Refusal(answer.status).has_details);
    }
  }

  void Create() {
    const Caller caller = AnyCaller();
    const Sheet request = AnySheet();
    SCOPED_TRACE("Create " + request.ShortDebugString());
    Expected expected = memory_.Create(caller, request);
    const Answer<Sheet> answer = api_->Create(caller, request);
    expected.row.set_id(answer.reply.id());
    Expect(caller, expected, answer);
    if (answer.status.ok()) {
      memory_.rows()[expected.row.id()] = expected.row;
      EXPECT_EQ(Stored(expected.row.id()), TextOf(expected.row));
    }
  }

  void Update(int64_t id) {
    const Caller caller = AnyCaller();
    Sheet request = AnySheet();
    request.set_id(id);
    Form form = {Form::kWhole, {}};
    Answer<Sheet> answer;
    switch (Random(6)) {
      case 0:
        answer = api_->Update(caller, request);
        break;
      case 1:
        answer = api_->UpdateSheet(caller, request, {"*"});
        break;
      case 2:
        form = {Form::kNamed, AnyNames()};
        answer = api_->UpdateSheet(caller, request, form.names);
        break;
      case 3:
        form = {Form::kNamed, AnyNames()};
        answer = api_->Patch(caller, request, form.names);
        break;
      case 4:
        form = {Form::kSetFields, {}};
        answer = api_->PartialUpdate(caller, request);
        break;
      default: {
        form = {Form::kSetFields, {}};
        SetSheetRequest set;
        EXPECT_TRUE(set.ParseFromString(Renumbered(request)));
        answer = api_->Set(caller, set);
      }
    }
    SCOPED_TRACE(absl::StrCat("Update by ", caller.metadata()["x-caller"], " ",
                              form.kind, " ", absl::StrJoin(form.names, ","),
                              ": ", request.ShortDebugString(), " of ",
                              TextOf(memory_.rows()[id])));
    const Sheet* const stored = memory_.Find(caller, id);
    if (stored == nullptr) {
      // It may be told first that such a row is not for this caller.
      EXPECT_THAT(answer.status.error_code(),
                  testing::AnyOf(grpc::StatusCode::NOT_FOUND,
                                 grpc::StatusCode::PERMISSION_DENIED));
    } else {
      const Expected expected = memory_.Update(caller, *stored, request, form);
      Expect(caller, expected, answer);
      if (answer.status.ok()) memory_.rows()[id] = expected.row;
    }
    EXPECT_EQ(Stored(id), TextOf(memory_.rows()[id]));
  }

  // The sheet as a SetSheetRequest has it.
  static std::string Renumbered(const Sheet& sheet) {
    SetSheetRequest set;
    set.set_id(sheet.id());
    set.set_tenant(sheet.tenant());
    set.set_draft(sheet.draft());
    for (const char* name : kRuled) {
      const auto value = Column(name).Get(sheet);
      if (!value.has_value()) continue;
      set.GetReflection()->SetInt64(
          &set, SetSheetRequest::descriptor()->FindFieldByName(name), *value);
    }
    return set.SerializeAsString();
  }

  void Read(int64_t id) {
    const Caller caller = AnyCaller();
    SCOPED_TRACE("Read by " + caller.metadata()["x-caller"]);
    const Sheet* const seen = memory_.Find(caller, id);
    const Answer<Sheet> answer = api_->Retrieve(caller, id);
    if (seen == nullptr) {
      EXPECT_THAT(answer.status,
                  IsError(grpc::StatusCode::NOT_FOUND, testing::_));
    } else {
      Expect(caller, {grpc::StatusCode::OK, *seen}, answer);
    }
    // Custom methods see all rows, and their callers not more columns.
    const auto custom = api_->Custom(caller, id);
    EXPECT_THAT(custom.status, IsOk());
    EXPECT_EQ(custom.reply.size(), 27u);
    for (const Sheet& sheet : custom.reply) {
      EXPECT_THAT(sheet,
                  EqualsMessage(Memory::Masked(caller, memory_.rows()[id])));
    }
  }

  void List() {
    const Caller caller = AnyCaller();
    ListSheetsRequest request;
    request.set_page_size(1000);
    StreamSheetsRequest stream;
    const std::string name =
        std::vector<std::string>{"", "nn", "rn", "on"}[Random(4)];
    const auto value = static_cast<int64_t>(Random(3));
    if (name == "nn") request.set_nn(value);
    if (name == "rn") request.set_rn(value);
    if (name == "on") {
      request.set_on(value);
      stream.set_on(value);
    }
    SCOPED_TRACE(absl::StrCat("List by ", caller.metadata()["x-caller"], ": ",
                              request.ShortDebugString()));
    const Answer<ListSheetsResponse> page = api_->List(caller, request);
    if (!name.empty() && Column(name).NeverReads(caller)) {
      EXPECT_THAT(page.status, IsError(grpc::StatusCode::PERMISSION_DENIED,
                                       HasSubstr(name)));
      return;
    }
    std::vector<std::string> expected;
    for (const auto& [id, row] : memory_.rows()) {
      if (!memory_.Sees(caller, row)) continue;
      if (!name.empty()) {
        const Column column(name);
        const int64_t none = name == "on" ? 0 : -1;
        if (!column.Reads(caller, row)) continue;
        if (column.Get(row).value_or(none) != value) continue;
      }
      expected.push_back(Memory::Masked(caller, row).ShortDebugString());
    }
    EXPECT_THAT(page.status, IsOk());
    EXPECT_EQ(Texts(page.reply.sheets()), expected);
    EXPECT_EQ(page.reply.total_size(), static_cast<int>(expected.size()));
    if (name == "on" || name.empty()) {
      const auto rows = api_->StreamSheets(caller, stream);
      EXPECT_THAT(rows.status, IsOk());
      EXPECT_EQ(Texts(rows.reply), expected);
    }
  }
  template <class Rows>
  static std::vector<std::string> Texts(const Rows& rows) {
    std::vector<std::string> texts;
    for (const Sheet& row : rows) texts.push_back(row.ShortDebugString());
    return texts;
  }

  void Destroy(int64_t id) {
    const Caller caller = AnyCaller();
    SCOPED_TRACE("Destroy by " + caller.metadata()["x-caller"]);
    const bool seen = memory_.Find(caller, id) != nullptr;
    const Answer<Sheet> answer = api_->Destroy(caller, id);
    EXPECT_EQ(answer.status.error_code(),
              seen ? grpc::StatusCode::OK : grpc::StatusCode::NOT_FOUND);
    if (seen) memory_.rows().erase(id);
  }

  std::map<grpc::StatusCode, int> answers_;
  std::unique_ptr<Api> api_;
  Memory memory_{GetParam() != Kind::kOpen};
  std::mt19937 random_{7};
};

TEST_P(RandomRightsTest, AreThoseOfTheModel) {
  int steps = 0;
  for (; steps < 800 && !HasFailure(); ++steps) {
    if (memory_.rows().size() < 4) {
      Create();
      continue;
    }
    const auto row = std::next(memory_.rows().begin(),
                               static_cast<int>(Random(memory_.rows().size())));
    const int64_t id = row->first;
    const size_t step = Random(20);
    if (step < 3) {
      Create();
    } else if (step < 13) {
      Update(id);
    } else if (step < 16) {
      Read(id);
    } else if (step < 19) {
      List();
    } else {
      Destroy(id);
    }
  }
  EXPECT_EQ(steps, 800);
  EXPECT_GT(answers_[grpc::StatusCode::OK], 150);
  EXPECT_GT(answers_[grpc::StatusCode::PERMISSION_DENIED], 150);
}

INSTANTIATE_TEST_SUITE_P(Services, RandomRightsTest, testing::ValuesIn(kKinds));

}  // namespace
}  // namespace rights
