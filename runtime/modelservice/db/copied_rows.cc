#include "modelservice/db/copied_rows.h"

#include "modelservice/db/no_throw.h"

namespace modelservice {

absl::Status CopiedRows::OnRow(Row row) {
  columns_ = row.size();
  ++row_count_;
  for (const Value& value : row) {
    if (value.kind() == Value::Kind::kText) {
      values_.push_back(Value::Text(texts_.Own(std::string(value.text()))));
    } else if (value.kind() == Value::Kind::kBlob) {
      values_.push_back(Value::Blob(texts_.Own(std::string(value.text()))));
    } else {
      values_.push_back(value);
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> CopiedRows::FirstTexts() const {
  std::vector<std::string> texts;
  for (size_t i = 0; i < size(); ++i) texts.emplace_back(row(i)[0].text());
  return texts;
}

void CopiedRows::OnRestart() {
  values_.clear();
  texts_ = TextArena();
  row_count_ = 0;
}

void CopiedCursor::Fetch(size_t max_rows, RowSink& sink, Done done) {
  for (size_t i = 0; i < max_rows && next_ < rows_->size(); ++i) {
    absl::Status status =
        NoThrow([&] { return sink.OnRow(rows_->row(next_)); });
    ++next_;
    if (!status.ok()) {
      next_ = rows_->size();
      done(std::move(status));
      return;
    }
  }
  done(next_ < rows_->size());
}

}  // namespace modelservice
