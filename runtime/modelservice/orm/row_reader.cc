#include "modelservice/orm/row_reader.h"

#include <optional>
#include <utility>

#include "modelservice/base/mutex.h"
#include "modelservice/base/waiting.h"
#include "modelservice/orm/rows.h"

namespace modelservice {
namespace {

constexpr size_t kPage = 512;

// Where this thread waits for a Fetch.
class Fetched {
 public:
  void Set(absl::StatusOr<bool> more) {
    const MutexLock lock(mutex_);
    more_ = std::move(more);
    set_.NotifyOne();
  }
  absl::StatusOr<bool> Wait() {
    const MutexLock lock(mutex_);
    while (!more_.has_value()) set_.Wait(mutex_);
    return *std::move(more_);
  }

 private:
  Mutex mutex_;
  CondVar set_;
  std::optional<absl::StatusOr<bool>> more_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

RowReader::RowReader(const Session& session, const Projection& projection,
                     const RowSet& rows)
    : session_(session), projection_(projection), rows_(rows) {}

bool RowReader::Next(google::protobuf::Message* message) {
  if (!status_.ok()) return false;
  if (!started_) status_ = Start();
  while (status_.ok() && next_ == page_.size() && more_) status_ = Fetch();
  if (status_.ok() && next_ < page_.size()) {
    const RowCodec& codec =
        live_codec_.has_value() ? *live_codec_ : projection_.codec();
    status_ = codec.Decode(page_.row(next_++), message);
    if (status_.ok()) return true;
  }
  // Others may have its connection.
  cursor_ = nullptr;
  more_ = false;
  return false;
}

absl::Status RowReader::Start() {
  started_ = true;
  auto status = CheckRows(session_, rows_);
  if (!status.ok()) return status;
  auto live = LiveRowsOf(session_, *projection_.model().table, rows_);
  if (!live.ok()) return live.status();
  auto codec = LiveCodecOf(projection_, *live->table);
  if (codec.has_value()) live_codec_.emplace(*std::move(codec));
  Statement statement =
      Write(SelectMessages(projection_, live->rows), session_.dialect());
  if (session_.transaction() != nullptr) {
    more_ = false;
    return session_.Run(std::move(statement), page_).status();
  }
  status = CheckMayWait("reading rows");
  if (!status.ok()) return status;
  auto opened =
      session_.database().Open(std::move(statement), /*limits=*/nullptr);
  if (!opened.ok()) return opened.status();
  cursor_ = *std::move(opened);
  return absl::OkStatus();
}

absl::Status RowReader::Fetch() {
  page_.OnRestart();
  next_ = 0;
  Fetched fetched;
  cursor_->Fetch(kPage, page_, [&](absl::StatusOr<bool> more) {
    fetched.Set(std::move(more));
  });
  absl::StatusOr<bool> more = fetched.Wait();
  if (!more.ok()) return more.status();
  more_ = *more;
  return absl::OkStatus();
}

}  // namespace modelservice
