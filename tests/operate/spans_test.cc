// Spans of real calls, on both databases.
#include "modelservice/spans.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "books.h"
#include "modelservice/base/mutex.h"
#include "modelservice/testing.h"
#include "modelservice/testing_matchers.h"
#include "shelf.modelservice.client.pb.h"

namespace shelf {
namespace {

using ::modelservice::CallContext;
using ::modelservice::CallOptions;
using ::modelservice::IsOk;
using ::modelservice::Span;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kParent[] = "b7ad6b7169203331";

// What a sink was given, for the test that looks.
class Kept {
 public:
  void Add(const Span& span) {
    const modelservice::MutexLock lock(mutex_);
    while (held_) released_.Wait(mutex_);
    spans_.push_back(span);
  }
  // Whoever adds waits meanwhile.
  void Hold(bool held) {
    const modelservice::MutexLock lock(mutex_);
    held_ = held;
    released_.NotifyAll();
  }
  // All of them, of one call; waits for that.
  std::vector<Span> Take() {
    for (int i = 0; i < 1000; ++i) {
      {
        const modelservice::MutexLock lock(mutex_);
        if (!spans_.empty() && spans_.back().kind == Span::Kind::kCall) {
          return std::exchange(spans_, {});
        }
      }
      absl::SleepFor(absl::Milliseconds(10));
    }
    return {};
  }
  bool empty() {
    const modelservice::MutexLock lock(mutex_);
    return spans_.empty();
  }

 private:
  modelservice::Mutex mutex_;
  modelservice::CondVar released_;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Span> spans_ ABSL_GUARDED_BY(mutex_);
};

// Calls of traces that begin here are recorded where they read.
class Recorder final : public modelservice::SpanSink {
 public:
  explicit Recorder(Kept* kept) : kept_(kept) {}
  bool Begins(absl::string_view method) override {
    return absl::EndsWith(method, "/Read");
  }
  void Add(const Span& span) override { kept_->Add(span); }

 private:
  Kept* const kept_;
};

class HookedBooks : public BooksHere {
 public:
  absl::Status BeforeCreate(const CallContext&, modelservice::Transaction&,
                            Book& book) override {
    const modelservice::SpanScope span("look it up");
    modelservice::Objects<Book> books(database());
    const auto count = books.Count();
    if (!count.ok()) return count.status();
    return book.title() == "none" ? absl::AbortedError("No book.")
                                  : absl::OkStatus();
  }
  absl::Status AfterCreate(const CallContext&, modelservice::Transaction&,
                           const Book&) override {
    return absl::OkStatus();
  }
};

class SpansTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto url = modelservice::NewTestDatabase(GetParam());
    if (absl::IsNotFound(url.status())) {
      GTEST_SKIP() << url.status().message();
    }
    ASSERT_THAT(url, IsOk());
    modelservice::TestServer::Options options;
    if (!url->empty()) options.settings.set_database(*url);
    auto server = modelservice::TestServer::Start(
        [this](modelservice::Registry& registry) {
          RegisterShelf(registry);
          registry.Add<HookedBooks>();
          registry.AddPermission<IsLibrarian>("librarian");
          registry.SetSpanSink(std::make_unique<Recorder>(&kept_));
        },
        options);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    books_ = std::make_unique<BooksClient>(server_->channel());
  }

  static CallOptions In(const std::string& flags) {
    CallOptions options;
    options.metadata = {
        {"traceparent", absl::StrCat("00-", kTrace, "-", kParent, "-", flags)},
        {"tracestate", "vendor=1"}};
    return options;
  }
  static const Span& Named(const std::vector<Span>& spans,
                           const std::string& name) {
    const auto found =
        std::find_if(spans.begin(), spans.end(),
                     [&](const Span& span) { return span.name == name; });
    if (found == spans.end()) ADD_FAILURE() << "no span " << name;
    return found == spans.end() ? spans.front() : *found;
  }

  Kept kept_;
  std::unique_ptr<modelservice::TestServer> server_;
  std::unique_ptr<BooksClient> books_;
};

INSTANTIATE_TEST_SUITE_P(, SpansTest,
                         testing::ValuesIn(modelservice::TestDatabases()),
                         [](const auto& test) { return test.param; });

TEST_P(SpansTest, LieInsideOfEachOther) {
  Book book;
  book.set_title("Emma");
  ASSERT_THAT(books_->Create(book, In("01")), IsOk());
  const std::vector<Span> spans = kept_.Take();
  ASSERT_FALSE(spans.empty());
  const Span& call = spans.back();
  EXPECT_EQ(call.name, "/shelf.Books/Create");
  EXPECT_EQ(call.parent_id, kParent);
  EXPECT_TRUE(call.status.ok());
  std::vector<std::string> ids;
  for (const Span& span : spans) {
    EXPECT_EQ(span.trace_id, kTrace);
    EXPECT_EQ(span.state, "vendor=1");
    EXPECT_EQ(span.span_id.size(), 16u);
    EXPECT_LE(span.taken, call.taken + absl::Milliseconds(1)) << span.name;
    EXPECT_GE(span.start, call.start - absl::Milliseconds(1)) << span.name;
    ids.push_back(span.span_id);
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());

  const Span before = Named(spans, "BeforeCreate");
  const Span own = Named(spans, "look it up");
  const Span count = Named(spans, "SELECT");
  const Span insert = Named(spans, "INSERT");
  EXPECT_EQ(before.kind, Span::Kind::kCode);
  EXPECT_EQ(before.parent_id, call.span_id);
  EXPECT_EQ(own.parent_id, before.span_id);
  EXPECT_EQ(count.kind, Span::Kind::kStatement);
  EXPECT_EQ(count.parent_id, own.span_id);
  EXPECT_EQ(count.rows, 1);
  EXPECT_EQ(insert.parent_id, call.span_id);
  EXPECT_TRUE(absl::StartsWith(insert.sql, "INSERT INTO")) << insert.sql;
  // Never what is in it.
  EXPECT_FALSE(absl::StrContains(insert.sql, "Emma"));
  EXPECT_EQ(Named(spans, "AfterCreate").parent_id, call.span_id);
}

TEST_P(SpansTest, SayWhatFailed) {
  Book book;
  book.set_title("none");
  EXPECT_FALSE(books_->Create(book, In("01")).ok());
  const std::vector<Span> spans = kept_.Take();
  ASSERT_FALSE(spans.empty());
  EXPECT_EQ(Named(spans, "BeforeCreate").status.message(), "No book.");
  EXPECT_EQ(spans.back().status.code(), absl::StatusCode::kAborted);
  // What no hook stands around: the statement alone.
  BookKey key;
  key.set_id(99);
  EXPECT_FALSE(books_->Retrieve(key, In("01")).ok());
  std::vector<std::string> names;
  for (const Span& span : kept_.Take()) names.push_back(span.name);
  EXPECT_THAT(names, ElementsAre("SELECT", "/shelf.Books/Retrieve"));
}

// As W3C's Trace Context has it.
TEST_P(SpansTest, AreOfOneParentAndOfAllStates) {
  CallOptions options = In("01");
  options.metadata.emplace_back("tracestate", "");
  options.metadata.emplace_back("tracestate", "other=2,third=3");
  ASSERT_THAT(books_->Read({}, options), IsOk());
  std::vector<Span> spans = kept_.Take();
  ASSERT_FALSE(spans.empty());
  EXPECT_EQ(spans.back().state, "vendor=1,other=2,third=3");
  // Of two parents neither is one. Later gRPCs send the last alone.
  const std::string other(32, 'a');
  options.metadata.emplace_back(
      "traceparent",
      absl::StrReplaceAll(options.metadata[0].second, {{kTrace, other}}));
  ASSERT_THAT(books_->Read({}, options), IsOk());
  spans = kept_.Take();
  ASSERT_FALSE(spans.empty());
  EXPECT_NE(spans.back().trace_id, kTrace);
  if (absl::StartsWith(grpc::Version(), "1.51.")) {
    EXPECT_NE(spans.back().trace_id, other);
    EXPECT_EQ(spans.back().state, "");
  }
}

TEST_P(SpansTest, AreOfCallsThatAreRecorded) {
  // The caller does not record it.
  ASSERT_THAT(books_->Read({}, In("00")), IsOk());
  // It begins here, and the sink does not want it.
  BookKey key;
  EXPECT_FALSE(books_->Retrieve(key).ok());
  EXPECT_TRUE(kept_.empty());
  // It does want this one, and what is called from it knows.
  const auto reply = books_->Read({});
  ASSERT_THAT(reply, IsOk());
  const std::vector<Span> spans = kept_.Take();
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans[2].parent_id, "");
  EXPECT_EQ(reply->traceparent(), absl::StrCat("00-", spans[2].trace_id, "-",
                                               spans[2].span_id, "-01"));
  EXPECT_EQ(spans[0].parent_id, spans[2].span_id);
}

// The setting takes a share of what begins here; a caller's word stays.
TEST_P(SpansTest, BeginInTheShareThatIsSet) {
  modelservice::Settings settings;
  settings.set_trace_share(0);
  server_->Apply(settings);
  ASSERT_THAT(books_->Read({}), IsOk());
  ASSERT_THAT(books_->Read({}, In("01")), IsOk());
  std::vector<Span> spans = kept_.Take();
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans[2].trace_id, kTrace);
  settings.clear_trace_share();
  server_->Apply(settings);
  ASSERT_THAT(books_->Read({}), IsOk());
  spans = kept_.Take();
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_NE(spans[2].trace_id, kTrace);
}

// Nobody waits for it; when the server stops, it has all.
TEST_P(SpansTest, GoToASlowSinkByAThreadOfTheirOwn) {
  kept_.Hold(true);
  for (int i = 0; i < 20; ++i) {
    Book book;
    book.set_title(absl::StrCat("Emma ", i));
    ASSERT_THAT(books_->Create(book, In("01")), IsOk());
  }
  const auto waiting = [this] {
    return server_->measures().ValueOf("modelservice_queue_length",
                                       {{"queue", "spans"}});
  };
  EXPECT_GT(waiting(), 50);
  kept_.Hold(false);
  EXPECT_TRUE(server_->Stop(absl::Seconds(30)));
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(kept_.Take().size(), 20u * 6);
}

// A latency of a bucket has a trace.
TEST_P(SpansTest, AreExemplars) {
  ASSERT_THAT(books_->Read({}, In("00")), IsOk());
  ASSERT_THAT(books_->Read({}, In("01")), IsOk());
  const Span call = kept_.Take().back();
  int found = 0;
  const modelservice::Measures measures = server_->measures();
  for (const auto& sample :
       measures.families().at("modelservice_call_seconds").samples) {
    for (const auto& bucket : sample.buckets) {
      if (!bucket.exemplar.has_value()) continue;
      ++found;
      EXPECT_EQ(bucket.exemplar->trace_id, kTrace);
      EXPECT_EQ(bucket.exemplar->span_id, call.span_id);
      EXPECT_LE(bucket.exemplar->value, bucket.most);
      EXPECT_GT(bucket.exemplar->time, absl::Now() - absl::Minutes(10));
    }
  }
  EXPECT_EQ(found, 1);
}

}  // namespace
}  // namespace shelf
