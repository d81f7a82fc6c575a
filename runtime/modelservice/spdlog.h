// The log through spdlog, for a program that has it: into its files, syslog,
// journald or a logger that is there already. modelservice itself needs nothing
// of it (but for the setting `log_file`, which writes a file by spdlog, too).
//
//   // In main:
//   auto logger = spdlog::daily_logger_st("shop", "shop.log");
//   modelservice::SetLogSink(modelservice::ToSpdlog(logger));
//
// spdlog stands behind the log's own queue, and is called by the log's thread
// alone: no call waits for a disk, and what comes too fast is dropped and
// counted, which spdlog's own asynchronous loggers do not do.
#ifndef MODELSERVICE_SPDLOG_H_
#define MODELSERVICE_SPDLOG_H_

#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "modelservice/base/log_form.h"
#include "modelservice/log.h"

namespace modelservice {

// A sink of the log (SetLogSink) that gives each line to the sinks of `logger`,
// by their levels and the logger's. Its pattern says what is around a line:
// with `log_format: TEXT` the line's text and fields are %v, and its time and
// severity are the message's; with JSON, %v is the whole object, and "%v" the
// pattern to set.
//
// Each line is flushed, so that it is there after a crash. One that a sink
// throws for is on standard error; the logger's own error handler and its
// queue, if it is asynchronous, are passed over.
inline LogSink ToSpdlog(std::shared_ptr<spdlog::logger> logger) {
  return [logger = std::move(logger)](const LogLine& line) {
    const auto level = line.severity == Severity::kError ? spdlog::level::err
                       : line.severity == Severity::kWarning
                           ? spdlog::level::warn
                           : spdlog::level::info;
    if (!logger->should_log(level)) return;
    std::string text;
    if (CurrentLogFormat() == LogFormat::kJson) {
      text = line.ToJson();
    } else {
      text = std::string(line.text);
      if (line.fields != nullptr) line.fields->AppendText(&text);
    }
    const spdlog::details::log_msg message(absl::ToChronoTime(line.time),
                                           spdlog::source_loc{}, logger->name(),
                                           level, text);
    std::exception_ptr fault;
    for (const spdlog::sink_ptr& sink : logger->sinks()) {
      if (!sink->should_log(level)) continue;
      try {
        sink->log(message);
        sink->flush();
      } catch (...) {
        // The others have the line all the same.
        fault = std::current_exception();
      }
    }
    if (fault != nullptr) std::rethrow_exception(fault);
  };
}

}  // namespace modelservice

#endif  // MODELSERVICE_SPDLOG_H_
