// The blog's program: `serve`, `migrate` and the others, and two of its own.
#include "modelservice/main.h"

#include <cstdio>

#include "blog.h"

namespace {

using ::modelservice::CommandCall;

absl::Status Seed(const CommandCall& call) {
  if (call.arguments.size() != 1) {
    return absl::InvalidArgumentError("seed needs one SITE: seed ada.example");
  }
  return blog::Seed(call.database, call.arguments[0]);
}

absl::Status Report(const CommandCall& call) {
  const auto report = blog::Report(call.database);
  if (report.ok()) std::fputs(report->c_str(), stdout);
  return report.status();
}

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    blog::AddBlog(registry);
    registry.AddCommand("seed", "write some posts for a site", &Seed);
    registry.AddCommand("report", "tell what is written and read", &Report);
  });
}
