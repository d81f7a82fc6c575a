#include <cstdio>
#include <cstdlib>
#include <utility>

#include "modelservice/objects.h"
#include "orm/library.modelservice.pb.h"
#include "orm/side.h"

namespace benchmark_orm {
namespace {

using ::library::Author;
using ::library::AuthorModel;
using ::library::Book;
using ::library::BookModel;
using ::modelservice::Database;
using ::modelservice::Objects;

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

template <class T>
T Good(absl::StatusOr<T> value) {
  Check(value.status());
  return *std::move(value);
}

class Ours final : public Side {
 public:
  explicit Ours(Database& database) : authors_(database), books_(database) {}

  Book Get(int64_t id) override {
    return Good(books_.Get(BookModel::id == id));
  }
  std::vector<Book> Filter(int64_t first, int64_t count) override {
    return Good(books_.Filter(BookModel::id >= first)
                    .OrderBy(BookModel::id)
                    .Limit(count)
                    .All());
  }
  std::vector<Book> Join(int64_t first, int64_t count) override {
    return Good(books_.Filter(BookModel::id >= first)
                    .SelectRelated(BookModel::author)
                    .OrderBy(BookModel::id)
                    .Limit(count)
                    .All());
  }
  std::vector<Author> Prefetch(int64_t first, int64_t count) override {
    return Good(authors_.Filter(AuthorModel::id >= first)
                    .Prefetch(AuthorModel::books)
                    .OrderBy(AuthorModel::id)
                    .Limit(count)
                    .All());
  }
  void Insert(const std::vector<Book>& books) override {
    Check(books_.BulkCreate(books, modelservice::Validation::kSkip).status());
  }
  void Update(int64_t id, int64_t price) override {
    Check(books_.Filter(BookModel::id == id)
              .Update(BookModel::price.Set(price))
              .status());
  }
  void ForEach(const std::function<void(const Book&)>& each) override {
    Check(books_.Rows().ForEach([&](const Book& book) {
      each(book);
      return absl::OkStatus();
    }));
  }

 private:
  const Objects<Author> authors_;
  const Objects<Book> books_;
};

}  // namespace

std::unique_ptr<Side> MakeOurs(Database& database) {
  return std::make_unique<Ours>(database);
}

}  // namespace benchmark_orm
