// The service of books, with a method of its own.
#ifndef LIBRARY_BOOKS_BOOKS_H_
#define LIBRARY_BOOKS_BOOKS_H_

#include "library/v1/book.modelservice.pb.h"
#include "library/v1/shelf.modelservice.pb.h"
#include "modelservice/registry.h"

namespace library::v1 {

class Books : public BookServiceBase {
 public:
  absl::StatusOr<modelservice::Reply<Shelf>> Find(
      const modelservice::CallContext&, const BookKey& key) override {
    modelservice::Objects<Book> books(database());
    const auto book = books.Filter(BookModel::id == key.id()).Get();
    if (!book.ok()) return book.status();
    modelservice::Objects<Shelf> shelves(database());
    auto shelf = shelves.Filter(ShelfModel::id == book->shelf_id()).Get();
    if (!shelf.ok()) return shelf.status();
    return *std::move(shelf);
  }
};

inline void Register(modelservice::Registry& registry) {
  RegisterShelf(registry);
  RegisterBook(registry);
  registry.Add<Books>();
}

}  // namespace library::v1

#endif  // LIBRARY_BOOKS_BOOKS_H_
