// The program of docs/operate.md: a service with methods of its own, and a
// command.

#include <atomic>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "books.h"
#include "modelservice/log.h"
#include "modelservice/main.h"
#include "modelservice/spans.h"
#include "shelf.modelservice.client.pb.h"

namespace {

using ::modelservice::CommandCall;
using ::modelservice::Objects;
using ::shelf::Book;

absl::Status Seed(const CommandCall& call) {
  int count = 10;
  if (!call.arguments.empty() && !absl::SimpleAtoi(call.arguments[0], &count)) {
    return absl::InvalidArgumentError(
        absl::StrCat("seed: \"", call.arguments[0], "\" is no number"));
  }
  Objects<Book> books(call.database);
  for (int i = 0; i < count; ++i) {
    Book book;
    book.set_title(absl::StrCat("Book ", i));
    if (auto status = books.Create(&book); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// Reads from the servers of GRPC_SERVER_ADDR for so many seconds, and counts.
absl::Status Visit(const CommandCall& call) {
  int seconds = 0;
  if (call.arguments.empty() ||
      !absl::SimpleAtoi(call.arguments[0], &seconds)) {
    return absl::InvalidArgumentError("visit: for how many seconds?");
  }
  const shelf::BooksClient books;
  const absl::Time end = absl::Now() + absl::Seconds(seconds);
  std::atomic<int> made{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> visitors(4);
  for (std::thread& visitor : visitors) {
    visitor = std::thread([&] {
      shelf::BookKey key;
      key.set_id(1);
      while (absl::Now() < end) {
        ++made;
        if (auto book = books.Retrieve(key); !book.ok()) {
          ++failed;
          std::cerr << book.status() << "\n";
        }
      }
    });
  }
  for (std::thread& visitor : visitors) visitor.join();
  std::cout << made << " calls, " << failed << " failed\n";
  return absl::OkStatus();
}

// Spans as lines of the log, of traces that callers record.
class SpanLog final : public modelservice::SpanSink {
 public:
  bool Begins(absl::string_view) override { return false; }
  void Add(const modelservice::Span& span) override {
    modelservice::Log(
        modelservice::Severity::kInfo, absl::StrCat("span ", span.name),
        modelservice::LogFields()
            .Text("trace", span.trace_id)
            .Text("in", span.parent_id)
            .Number("ms", absl::ToDoubleMilliseconds(span.taken)));
  }
};

void Register(modelservice::Registry& registry) {
  shelf::RegisterShelf(registry);
  registry.Add<shelf::BooksHere>();
  registry.AddPermission<shelf::IsLibrarian>("librarian");
  registry.SetSpanSink(std::make_unique<SpanLog>());
  registry.AddCommand("seed", "make books to try things with", &Seed);
  registry.AddCommand("visit", "read a book again and again", &Visit);
  registry.AddCommand("throw", "what no command should do",
                      [](const CommandCall&) -> absl::Status {
                        throw std::runtime_error("on purpose");
                      });
}

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, Register);
}
