#include "modelservice/observe/metrics_server.h"

#ifdef MODELSERVICE_HAS_PROMETHEUS
#include <civetweb.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#endif

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/mutex.h"
#include "modelservice/observe/openmetrics.h"
#include "modelservice/observe/process.h"

namespace modelservice {

#ifdef MODELSERVICE_HAS_PROMETHEUS
namespace {

prometheus::MetricType TypeOf(Measures::Kind kind) {
  switch (kind) {
    case Measures::Kind::kCounter:
      return prometheus::MetricType::Counter;
    case Measures::Kind::kGauge:
      return prometheus::MetricType::Gauge;
    case Measures::Kind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric MetricOf(Measures::Kind kind,
                                  const Measures::Sample& sample) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : sample.labels) {
    metric.label.push_back({name, value});
  }
  metric.counter.value = sample.value;
  metric.gauge.value = sample.value;
  if (kind != Measures::Kind::kHistogram) return metric;
  metric.histogram.sample_sum = sample.value;
  for (const Measures::Bucket& bucket : sample.buckets) {
    const auto count = static_cast<std::uint64_t>(bucket.count);
    metric.histogram.bucket.push_back({count, bucket.most});
    metric.histogram.sample_count = count;
  }
  return metric;
}

// The older format, which has no exemplars.
std::string TextOf(const Measures& measures) {
  std::vector<prometheus::MetricFamily> families;
  for (const auto& [name, family] : measures.families()) {
    prometheus::MetricFamily& added = families.emplace_back();
    added.name = name;
    added.help = family.help;
    added.type = TypeOf(family.kind);
    for (const Measures::Sample& sample : family.samples) {
      added.metric.push_back(MetricOf(family.kind, sample));
    }
  }
  return prometheus::TextSerializer().Serialize(families);
}

// prometheus-cpp's own server, which is the same one below, knows no other
// format and tells nobody which one is asked for.
class PrometheusServer final : public MetricsServer {
 public:
  explicit PrometheusServer(Report report) : report_(std::move(report)) {}
  // Nobody asks any more when it returns.
  ~PrometheusServer() override {
    if (server_ != nullptr) mg_stop(server_);
  }

  // False where the address cannot be had.
  bool Listen(const std::string& address) {
    // Those who send nothing, or read slowly, do not keep others out for long.
    const char* options[] = {
        "listening_ports",    address.c_str(), "num_threads", "10",
        "request_timeout_ms", "2000",          nullptr};
    const mg_callbacks callbacks{};
    server_ = mg_start(&callbacks, nullptr, options);
    if (server_ == nullptr) return false;
    mg_set_request_handler(server_, "/metrics$", &Answer, this);
    mg_server_port port{};
    if (mg_get_server_ports(server_, 1, &port) != 1) return false;
    address_ =
        absl::StrCat(address.substr(0, address.rfind(':') + 1), port.port);
    return true;
  }

  const std::string& address() const override { return address_; }

 private:
  static int Answer(mg_connection* client, void* self) {
    const absl::string_view method =
        mg_get_request_info(client)->request_method;
    if (method != "GET" && method != "HEAD") {
      Write(client,
            "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n");
      return 405;
    }
    const char* const accept = mg_get_header(client, "Accept");
    const bool open = AcceptsOpenMetrics(accept == nullptr ? "" : accept);
    const Measures measures =
        static_cast<PrometheusServer*>(self)->MeasuresNow();
    const std::string body = open ? OpenMetricsOf(measures) : TextOf(measures);
    Write(client,
          absl::StrCat("HTTP/1.1 200 OK\r\nContent-Type: ",
                       open ? kOpenMetricsType : "text/plain; version=0.0.4",
                       "\r\nContent-Length: ", body.size(),
                       "\r\nConnection: close\r\n\r\n"));
    if (method == "GET") Write(client, body);
    return 200;
  }
  static void Write(mg_connection* client, const std::string& text) {
    mg_write(client, text.data(), text.size());
  }

  Measures MeasuresNow() const {
    Measures measures;
    {
      const MutexLock lock(mutex_);
      report_(measures);
    }
    ReportProcess(measures);
    return measures;
  }

  mutable Mutex mutex_;
  const Report report_;
  mg_context* server_ = nullptr;
  std::string address_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(
    const std::string& address, Report report) {
  if (address.rfind(':') == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "metrics_address: \"", address,
        "\" is no address; write host:port, as in 127.0.0.1:9464"));
  }
  auto server = std::make_unique<PrometheusServer>(std::move(report));
  if (!server->Listen(address)) {
    return absl::UnavailableError(
        absl::StrCat("metrics_address: cannot listen at ", address,
                     "; is the port taken, or the address another machine's?"));
  }
  return server;
}

#else

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(
    const std::string& address, Report) {
  return absl::FailedPreconditionError(absl::StrCat(
      "metrics_address is ", address,
      ", and this was built without prometheus-cpp; install it (Debian: "
      "prometheus-cpp-dev) and build again, or drop the setting"));
}

#endif

}  // namespace modelservice
