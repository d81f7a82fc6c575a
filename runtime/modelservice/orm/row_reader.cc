#include "modelservice/orm/row_reader.h"

#include <optional>
#include <utility>

#include "modelservice/base/mutex.h"
#include "modelservice/base/waiting.h"
#include "modelservice/orm/loading.h"
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
    if (!filled_.empty()) {
      message->GetReflection()->Swap(message, filled_[next_++].get());
      return true;
    }
    status_ = codec().Decode(page_.row(next_++), message);
    if (status_.ok()) return true;
  }
  // Others may have its connection.
  cursor_ = nullptr;
  more_ = false;
  return false;
}

const RowCodec& RowReader::codec() const {
  return live_codec_.has_value() ? *live_codec_ : projection_.codec();
}

absl::Status RowReader::FillPage() {
  if (!HasPrefetched(rows_.loads)) return absl::OkStatus();
  filled_.clear();
  std::vector<google::protobuf::Message*> messages;
  for (size_t i = 0; i < page_.size(); ++i) {
    filled_.emplace_back(projection_.model().prototype().New());
    messages.push_back(filled_.back().get());
    auto status = codec().Decode(page_.row(i), messages.back());
    if (!status.ok()) return status;
  }
  return FillRelated(session_, projection_.model(), rows_.loads, messages);
}

absl::Status RowReader::Start() {
  started_ = true;
  auto status = CheckRows(session_, rows_);
  if (!status.ok()) return status;
  auto live = LiveMessagesOf(session_, projection_, rows_);
  if (!live.ok()) return live.status();
  auto codec = LiveCodecOf(projection_, *live);
  if (codec.has_value()) live_codec_.emplace(*std::move(codec));
  Statement statement =
      Write(SelectMessages(projection_, live->rows), session_.dialect());
  if (session_.transaction() != nullptr) {
    more_ = false;
    status = session_.Run(std::move(statement), page_).status();
    return status.ok() ? FillPage() : status;
  }
  status = CheckMayWait("reading rows");
  if (!status.ok()) return status;
  sql_ = std::string(statement.text);
  auto opened =
      session_.database().Open(std::move(statement), /*limits=*/nullptr);
  if (!opened.ok()) return opened.status();
  cursor_ = *std::move(opened);
  return absl::OkStatus();
}

absl::Status RowReader::Fetch() {
  page_.OnRestart();
  next_ = 0;
  const SteadyTime start = SteadyNow();
  Fetched fetched;
  cursor_->Fetch(kPage, page_, [&](absl::StatusOr<bool> more) {
    fetched.Set(std::move(more));
  });
  absl::StatusOr<bool> more = fetched.Wait();
  StatementLog& log = session_.database().statement_log();
  const auto rows = static_cast<int64_t>(page_.size());
  if (std::exchange(fetched_, true)) {
    log.NoteMore(sql_, start, rows, CallCounts::Current());
  } else {
    log.Note(sql_, start, rows, CallCounts::Current());
  }
  if (!more.ok()) return more.status();
  more_ = *more;
  return FillPage();
}

}  // namespace modelservice
