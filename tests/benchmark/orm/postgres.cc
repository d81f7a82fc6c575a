// By hand: one connection, prepared statements, binary values both ways.
#include <endian.h>
#include <libpq-fe.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unordered_map>

#include "orm/side.h"

namespace benchmark_orm {
namespace {

using ::library::Author;
using ::library::Book;

constexpr int kRowsOfInsert = 1000;

uint64_t Bits(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

// Binary parameters of one statement.
class Parameters {
 public:
  void Integer(int64_t value) { Add(htobe64(static_cast<uint64_t>(value))); }
  void Real(double value) { Add(htobe64(Bits(value))); }
  void Text(const std::string& value) {
    values_.push_back(value.data());
    lengths_.push_back(static_cast<int>(value.size()));
  }
  void Reserve(size_t count) { numbers_.reserve(count); }
  PGresult* Run(PGconn* connection, const char* statement) {
    const std::vector<int> formats(values_.size(), 1);
    return PQexecPrepared(connection, statement,
                          static_cast<int>(values_.size()), values_.data(),
                          lengths_.data(), formats.data(), 1);
  }

 private:
  void Add(uint64_t number) {
    if (numbers_.capacity() == 0) numbers_.reserve(4);
    numbers_.push_back(number);
    values_.push_back(reinterpret_cast<const char*>(&numbers_.back()));
    lengths_.push_back(sizeof(number));
  }

  std::vector<uint64_t> numbers_;  // never grows past what is reserved
  std::vector<const char*> values_;
  std::vector<int> lengths_;
};

class Postgres final : public Side {
 public:
  explicit Postgres(const std::string& url)
      : connection_(PQconnectdb(url.c_str())) {
    const std::string columns =
        "SELECT b.id, b.author_id, b.title, b.price, b.rating";
    Prepare("get", columns + " FROM book b WHERE b.id = $1");
    Prepare("filter",
            columns + " FROM book b WHERE b.id >= $1 ORDER BY b.id LIMIT $2");
    Prepare("join", columns +
                        ", a.id, a.name FROM book b JOIN author a ON a.id = "
                        "b.author_id WHERE b.id >= $1 ORDER BY b.id LIMIT $2");
    Prepare("authors",
            "SELECT id, name FROM author WHERE id >= $1 ORDER BY id LIMIT $2");
    Prepare("of_authors", columns +
                              " FROM book b WHERE b.author_id = ANY($1::text"
                              "::bigint[]) ORDER BY b.id");
    Prepare("update", "UPDATE book SET price = $1 WHERE id = $2");
    std::string insert =
        "INSERT INTO book (author_id, title, price, rating) VALUES ";
    for (int i = 0; i < kRowsOfInsert; ++i) {
      insert += i == 0 ? "(" : ", (";
      for (int j = 1; j <= 4; ++j) {
        insert += (j == 1 ? "$" : ", $") + std::to_string(4 * i + j);
      }
      insert += ")";
    }
    Prepare("insert", insert);
  }
  ~Postgres() override { PQfinish(connection_); }

  Book Get(int64_t id) override {
    Parameters parameters;
    parameters.Integer(id);
    PGresult* const result = Check(parameters.Run(connection_, "get"));
    Book book;
    if (PQntuples(result) > 0) Read(result, 0, &book);
    PQclear(result);
    return book;
  }
  std::vector<Book> Filter(int64_t first, int64_t count) override {
    PGresult* const result = Run("filter", first, count);
    std::vector<Book> books(static_cast<size_t>(PQntuples(result)));
    for (int i = 0; i < PQntuples(result); ++i) {
      Read(result, i, &books[static_cast<size_t>(i)]);
    }
    PQclear(result);
    return books;
  }
  std::vector<Book> Join(int64_t first, int64_t count) override {
    PGresult* const result = Run("join", first, count);
    std::vector<Book> books(static_cast<size_t>(PQntuples(result)));
    for (int i = 0; i < PQntuples(result); ++i) {
      Book& book = books[static_cast<size_t>(i)];
      Read(result, i, &book);
      book.mutable_author()->set_id(Integer(result, i, 5));
      book.mutable_author()->set_name(Text(result, i, 6));
    }
    PQclear(result);
    return books;
  }
  std::vector<Author> Prefetch(int64_t first, int64_t count) override {
    PGresult* result = Run("authors", first, count);
    std::vector<Author> authors(static_cast<size_t>(PQntuples(result)));
    std::unordered_map<int64_t, size_t> by_id;
    std::string ids = "{";
    for (size_t i = 0; i < authors.size(); ++i) {
      authors[i].set_id(Integer(result, static_cast<int>(i), 0));
      authors[i].set_name(Text(result, static_cast<int>(i), 1));
      by_id[authors[i].id()] = i;
      if (i > 0) ids += ',';
      ids += std::to_string(authors[i].id());
    }
    PQclear(result);
    ids += '}';
    Parameters parameters;
    parameters.Text(ids);
    result = Check(parameters.Run(connection_, "of_authors"));
    for (int i = 0; i < PQntuples(result); ++i) {
      Read(result, i, authors[by_id[Integer(result, i, 1)]].add_books());
    }
    PQclear(result);
    return authors;
  }
  void Insert(const std::vector<Book>& books) override {
    Run("BEGIN");
    for (size_t i = 0; i + kRowsOfInsert <= books.size(); i += kRowsOfInsert) {
      Parameters parameters;
      parameters.Reserve(3 * kRowsOfInsert);
      for (size_t j = i; j < i + kRowsOfInsert; ++j) {
        parameters.Integer(books[j].author_id());
        parameters.Text(books[j].title());
        parameters.Integer(books[j].price());
        parameters.Real(books[j].rating());
      }
      PQclear(Check(parameters.Run(connection_, "insert")));
    }
    Run("COMMIT");
  }
  void Update(int64_t id, int64_t price) override {
    PQclear(Run("update", price, id));
  }
  void ForEach(const std::function<void(const Book&)>& each) override {
    Run("BEGIN");
    Run("DECLARE books BINARY CURSOR FOR SELECT id, author_id, title, price, "
        "rating FROM book ORDER BY id");
    Book book;
    for (int rows = 1; rows > 0;) {
      PGresult* const result =
          Check(PQexecParams(connection_, "FETCH 1000 FROM books", 0, nullptr,
                             nullptr, nullptr, nullptr, 1));
      rows = PQntuples(result);
      for (int i = 0; i < rows; ++i) {
        Read(result, i, &book);
        each(book);
      }
      PQclear(result);
    }
    Run("COMMIT");
  }

 private:
  PGresult* Check(PGresult* result) const {
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
    std::fprintf(stderr, "postgres: %s\n", PQerrorMessage(connection_));
    std::exit(1);
  }
  void Run(const char* sql) const { PQclear(Check(PQexec(connection_, sql))); }
  PGresult* Run(const char* statement, int64_t first, int64_t second) const {
    Parameters parameters;
    parameters.Integer(first);
    parameters.Integer(second);
    return Check(parameters.Run(connection_, statement));
  }
  void Prepare(const char* name, const std::string& sql) const {
    PQclear(Check(PQprepare(connection_, name, sql.c_str(), 0, nullptr)));
  }
  static int64_t Integer(const PGresult* result, int row, int column) {
    uint64_t number;
    std::memcpy(&number, PQgetvalue(result, row, column), sizeof(number));
    return static_cast<int64_t>(be64toh(number));
  }
  static std::string Text(const PGresult* result, int row, int column) {
    return {PQgetvalue(result, row, column),
            static_cast<size_t>(PQgetlength(result, row, column))};
  }
  static void Read(const PGresult* result, int row, Book* book) {
    book->set_id(Integer(result, row, 0));
    book->set_author_id(Integer(result, row, 1));
    book->set_title(Text(result, row, 2));
    book->set_price(Integer(result, row, 3));
    const uint64_t bits = static_cast<uint64_t>(Integer(result, row, 4));
    double rating;
    std::memcpy(&rating, &bits, sizeof(rating));
    book->set_rating(rating);
  }

  PGconn* const connection_;
};

}  // namespace

std::unique_ptr<Side> MakePostgres(const std::string& url) {
  return std::make_unique<Postgres>(url);
}

}  // namespace benchmark_orm
