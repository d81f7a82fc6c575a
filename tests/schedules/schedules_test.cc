// Many schedules of faults, and a checker of what is left.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client.h"
#include "faulty_database.h"
#include "modelservice/manage/databases.h"
#include "modelservice/migrate/tables.h"
#include "modelservice/server.h"
#include "modelservice/testing/temporary_folder.h"
#include "modelservice/testing/test_channel.h"

namespace schedules {
namespace {

constexpr uint32_t kSchedules = 2000;
constexpr int kCallers = 3;
constexpr int kSteps = 4;

// What a caller knows after an answer.
enum class Told { kDone, kNotDone, kInDoubt, kMissing };

Told ToldBy(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return Told::kDone;
    case absl::StatusCode::kDeadlineExceeded:
      return Told::kInDoubt;
    case absl::StatusCode::kNotFound:
      return Told::kMissing;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
      return Told::kNotDone;
    default:
      ADD_FAILURE() << "answered " << absl::StatusCodeToString(code);
      return Told::kInDoubt;
  }
}

// The balances that an entry may have; nullopt: that it is not there.
using May = std::set<std::optional<int64_t>>;

void Note(Told told, std::optional<int64_t> written, May* may) {
  const bool only_absent = may->size() == 1 && may->count(std::nullopt) == 1;
  switch (told) {
    case Told::kDone:
      EXPECT_FALSE(only_absent) << "a write of what is not there";
      *may = May{written};
      return;
    case Told::kInDoubt:
      may->insert(written);
      return;
    case Told::kNotDone:
      return;
    case Told::kMissing:
      EXPECT_EQ(may->count(std::nullopt), 1u)
          << "an acknowledged write is lost";
      *may = May{std::nullopt};
      return;
  }
}

// What one caller wrote, by note, and how often it counted.
struct Written {
  std::map<std::string, May> entries;
  int added = 0;
  int added_in_doubt = 0;
};

// Makes an entry and then does something to it, or counts, step by step.
void RunCaller(Client& client, uint32_t seed, int caller, int64_t counter,
               Written* written) {
  std::mt19937 random(seed * 31 + static_cast<uint32_t>(caller));
  std::optional<Entry> entry;
  for (int step = 0; step < kSteps; ++step) {
    const uint32_t choice = static_cast<uint32_t>(random()) % 10;
    if (choice < 2) {
      const Told told = ToldBy(client.Add(counter));
      EXPECT_NE(told, Told::kMissing) << "the counter";
      if (told == Told::kDone) ++written->added;
      if (told == Told::kInDoubt) ++written->added_in_doubt;
      continue;
    }
    const int64_t balance = seed * 100 + static_cast<uint32_t>(step);
    if (!entry.has_value()) {
      Entry made;
      made.set_note(absl::StrCat(seed, "/", caller, "/", step));
      made.set_balance(balance);
      const std::string note = made.note();
      const Told told = ToldBy(client.Create(&made));
      EXPECT_NE(told, Told::kMissing);
      May& may = written->entries[note];
      if (told == Told::kDone) {
        may = May{balance};
        EXPECT_EQ(made.note(), note);
        entry = made;
      } else {
        may = May{std::nullopt};
        if (told == Told::kInDoubt) may.insert(balance);
      }
      continue;
    }
    May* const may = &written->entries[entry->note()];
    if (choice < 8) {
      entry->set_balance(balance);
      Note(ToldBy(client.Update(*entry)), balance, may);
    } else {
      Note(ToldBy(client.Delete(entry->id())), std::nullopt, may);
      // A later step looks for it again, unless it is known to be gone.
      if (may->size() == 1 && may->count(std::nullopt) == 1) entry.reset();
    }
  }
}

class SchedulesTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = modelservice::OpenDatabase(absl::StrCat(
        "sqlite:", folder_.path(), "/test.sqlite3?synchronous=off"));
    ASSERT_TRUE(opened.ok()) << opened.status();
    file_ = *std::move(opened);
    const std::vector<const modelservice::Model*> models = {
        &modelservice::ModelOf<Entry>::Get(),
        &modelservice::ModelOf<Trail>::Get()};
    const auto made = modelservice::CreateMissingTables(*file_, models);
    ASSERT_TRUE(made.ok()) << made.status();
  }

  using NewClient = std::function<std::unique_ptr<Client>()>;

  void RunSchedules(const NewClient& new_client, bool with_trails) {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < kCallers; ++i) clients.push_back(new_client());
    for (uint32_t seed = 1; seed <= kSchedules; ++seed) {
      SCOPED_TRACE(absl::StrCat("seed ", seed));
      faults_.Seed(seed);
      Entry counter;
      counter.set_note("counter");
      ASSERT_TRUE(Objects<Entry>(*file_).Create(&counter).ok());
      std::vector<Written> written(kCallers);
      std::vector<std::thread> threads;
      for (size_t i = 0; i < clients.size(); ++i) {
        threads.emplace_back([&, i] {
          RunCaller(*clients[i], seed, static_cast<int>(i), counter.id(),
                    &written[i]);
        });
      }
      for (std::thread& thread : threads) thread.join();
      Check(written, with_trails);
      ASSERT_TRUE(Objects<Entry>(*file_).Rows().Delete().ok());
      ASSERT_TRUE(Objects<Trail>(*file_).Rows().Delete().ok());
      if (HasFailure()) return;
    }
  }

  void Check(const std::vector<Written>& written, bool with_trails) {
    const auto rows = Objects<Entry>(*file_).All();
    ASSERT_TRUE(rows.ok()) << rows.status();
    std::map<std::string, std::vector<int64_t>> found;
    for (const Entry& row : *rows) found[row.note()].push_back(row.balance());
    const auto trails = Objects<Trail>(*file_).All();
    ASSERT_TRUE(trails.ok()) << trails.status();
    std::map<std::string, int> trailed;
    for (const Trail& trail : *trails) ++trailed[trail.note()];

    int least = 0;
    int most = 0;
    for (const Written& one : written) {
      least += one.added;
      most += one.added + one.added_in_doubt;
      for (const auto& [note, may] : one.entries) {
        const std::vector<int64_t>& balances = found[note];
        ASSERT_LE(balances.size(), 1u) << note;
        std::optional<int64_t> is;
        if (!balances.empty()) is = balances.front();
        EXPECT_EQ(may.count(is), 1u)
            << note
            << (is.has_value() ? absl::StrCat(" has ", *is)
                               : std::string(" is not there"));
        if (with_trails) {
          EXPECT_EQ(trailed[note], is.has_value() ? 1 : 0) << note;
          trailed.erase(note);
        }
        found.erase(note);
      }
    }
    ASSERT_EQ(found["counter"].size(), 1u);
    EXPECT_GE(found["counter"].front(), least);
    EXPECT_LE(found["counter"].front(), most);
    found.erase("counter");
    EXPECT_TRUE(found.empty()) << "also there: " << found.begin()->first;
    EXPECT_TRUE(trailed.empty());
  }

  const modelservice::TemporaryFolder folder_;
  Faults faults_;
  std::unique_ptr<Database> file_;
};

TEST_F(SchedulesTest, OfObjects) {
  FaultyDatabase database(*file_, faults_);
  RunSchedules([&] { return std::make_unique<ObjectsClient>(database); },
               /*with_trails=*/false);
}

TEST_F(SchedulesTest, OfMethodsAndHooks) {
  modelservice::Registry registry;
  RegisterSchedules(registry);
  registry.Add<TrailedEntries>();
  registry.Add<CounterService>();
  modelservice::Settings settings;
  settings.set_address(absl::StrCat("unix:", folder_.path(), "/socket"));
  auto started = modelservice::Server::Start(
      std::move(registry), settings,
      std::make_unique<FaultyDatabase>(*file_, faults_));
  ASSERT_TRUE(started.ok()) << started.status();
  const auto channel = modelservice::NewTestChannel((*started)->address());
  RunSchedules([&] { return std::make_unique<StubClient>(channel); },
               /*with_trails=*/true);
}

}  // namespace
}  // namespace schedules
