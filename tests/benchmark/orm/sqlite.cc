// By hand: one connection, statements that are prepared once, messages filled
// from the columns.
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#include "orm/side.h"

namespace benchmark_orm {
namespace {

using ::library::Author;
using ::library::Book;

class Sqlite final : public Side {
 public:
  explicit Sqlite(const std::string& path) {
    Check(sqlite3_open(path.c_str(), &db_));
    for (const char* pragma :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
          "PRAGMA foreign_keys=ON", "PRAGMA mmap_size=268435456",
          "PRAGMA busy_timeout=10000"}) {
      Run(pragma);
    }
    const std::string columns =
        "SELECT b.id, b.author_id, b.title, b.price, b.rating";
    get_ = Prepare(columns + " FROM book b WHERE b.id = ?");
    filter_ =
        Prepare(columns + " FROM book b WHERE b.id >= ? ORDER BY b.id LIMIT ?");
    join_ = Prepare(columns +
                    ", a.id, a.name FROM book b JOIN author a ON a.id = "
                    "b.author_id WHERE b.id >= ? ORDER BY b.id LIMIT ?");
    authors_ = Prepare(
        "SELECT id, name FROM author WHERE id >= ? ORDER BY id LIMIT ?");
    of_authors_ = Prepare(columns +
                          " FROM book b WHERE b.author_id IN (SELECT value "
                          "FROM json_each(?)) ORDER BY b.id");
    insert_ = Prepare(
        "INSERT INTO book (author_id, title, price, rating) VALUES (?, ?, ?, "
        "?)");
    update_ = Prepare("UPDATE book SET price = ? WHERE id = ?");
    all_ = Prepare(columns + " FROM book b ORDER BY b.id");
  }
  ~Sqlite() override {
    for (sqlite3_stmt* one : {get_, filter_, join_, authors_, of_authors_,
                              insert_, update_, all_}) {
      sqlite3_finalize(one);
    }
    sqlite3_close(db_);
  }

  Book Get(int64_t id) override {
    Book book;
    sqlite3_bind_int64(get_, 1, id);
    if (Step(get_)) Read(get_, &book);
    sqlite3_reset(get_);
    return book;
  }
  std::vector<Book> Filter(int64_t first, int64_t count) override {
    std::vector<Book> books;
    Bind(filter_, first, count);
    while (Step(filter_)) Read(filter_, &books.emplace_back());
    sqlite3_reset(filter_);
    return books;
  }
  std::vector<Book> Join(int64_t first, int64_t count) override {
    std::vector<Book> books;
    Bind(join_, first, count);
    while (Step(join_)) {
      Read(join_, &books.emplace_back());
      Author* const author = books.back().mutable_author();
      author->set_id(sqlite3_column_int64(join_, 5));
      author->set_name(Text(join_, 6));
    }
    sqlite3_reset(join_);
    return books;
  }
  std::vector<Author> Prefetch(int64_t first, int64_t count) override {
    std::vector<Author> authors;
    std::unordered_map<int64_t, size_t> by_id;
    std::string ids = "[";
    Bind(authors_, first, count);
    while (Step(authors_)) {
      Author& author = authors.emplace_back();
      author.set_id(sqlite3_column_int64(authors_, 0));
      author.set_name(Text(authors_, 1));
      by_id[author.id()] = authors.size() - 1;
      if (authors.size() > 1) ids += ',';
      ids += std::to_string(author.id());
    }
    sqlite3_reset(authors_);
    ids += ']';
    sqlite3_bind_text(of_authors_, 1, ids.data(), static_cast<int>(ids.size()),
                      SQLITE_STATIC);
    while (Step(of_authors_)) {
      const int64_t author = sqlite3_column_int64(of_authors_, 1);
      Read(of_authors_, authors[by_id[author]].add_books());
    }
    sqlite3_reset(of_authors_);
    return authors;
  }
  void Insert(const std::vector<Book>& books) override {
    Run("BEGIN IMMEDIATE");
    for (const Book& book : books) {
      sqlite3_bind_int64(insert_, 1, book.author_id());
      sqlite3_bind_text(insert_, 2, book.title().data(),
                        static_cast<int>(book.title().size()), SQLITE_STATIC);
      sqlite3_bind_int64(insert_, 3, book.price());
      sqlite3_bind_double(insert_, 4, book.rating());
      Step(insert_);
      sqlite3_reset(insert_);
    }
    Run("COMMIT");
  }
  void Update(int64_t id, int64_t price) override {
    Bind(update_, price, id);
    Step(update_);
    sqlite3_reset(update_);
  }
  void ForEach(const std::function<void(const Book&)>& each) override {
    Book book;
    while (Step(all_)) {
      Read(all_, &book);
      each(book);
    }
    sqlite3_reset(all_);
  }

 private:
  void Check(int code) const {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db_));
    std::exit(1);
  }
  void Run(const char* sql) const {
    Check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr));
  }
  sqlite3_stmt* Prepare(const std::string& sql) const {
    sqlite3_stmt* statement = nullptr;
    Check(sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                             &statement, nullptr));
    return statement;
  }
  static void Bind(sqlite3_stmt* statement, int64_t first, int64_t second) {
    sqlite3_bind_int64(statement, 1, first);
    sqlite3_bind_int64(statement, 2, second);
  }
  bool Step(sqlite3_stmt* statement) const {
    const int code = sqlite3_step(statement);
    Check(code);
    return code == SQLITE_ROW;
  }
  static std::string Text(sqlite3_stmt* statement, int column) {
    const auto* const text =
        reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return {text, static_cast<size_t>(sqlite3_column_bytes(statement, column))};
  }
  static void Read(sqlite3_stmt* statement, Book* book) {
    book->set_id(sqlite3_column_int64(statement, 0));
    book->set_author_id(sqlite3_column_int64(statement, 1));
    book->set_title(Text(statement, 2));
    book->set_price(sqlite3_column_int64(statement, 3));
    book->set_rating(sqlite3_column_double(statement, 4));
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* get_;
  sqlite3_stmt* filter_;
  sqlite3_stmt* join_;
  sqlite3_stmt* authors_;
  sqlite3_stmt* of_authors_;
  sqlite3_stmt* insert_;
  sqlite3_stmt* update_;
  sqlite3_stmt* all_;
};

}  // namespace

std::unique_ptr<Side> MakeSqlite(const std::string& path) {
  return std::make_unique<Sqlite>(path);
}

}  // namespace benchmark_orm
