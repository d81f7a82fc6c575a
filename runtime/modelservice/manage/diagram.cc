#include "modelservice/manage/diagram.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/manage/databases.h"
#include "modelservice/manage/files.h"
#include "modelservice/manage/plugin_run.h"
#include "modelservice/manage/proto_source.h"
#include "modelservice/schema/diagram.h"
#include "modelservice/schema/own_tables.h"

namespace modelservice {
namespace {

using Drawing = std::string (*)(const std::vector<TableSpec>&);

absl::StatusOr<std::string> OfDatabase(const Invocation& call, Drawing draw) {
  const auto database =
      OpenDatabase(call.settings.database(), DatabaseAccess::kReadOnly);
  if (!database.ok()) return database.status();
  const auto catalog = catalog::ReadCatalog(**database);
  if (!catalog.ok()) return catalog.status();
  std::vector<TableSpec> tables;
  for (const std::string& name : call.flags.List("table")) {
    const catalog::Table* const table = catalog->Find(name);
    if (table == nullptr) {
      return absl::NotFoundError(
          absl::StrCat("--table: the database has no table \"", name, "\""));
    }
    tables.push_back(*table);
  }
  if (call.flags.Text("table").has_value()) return draw(tables);
  for (const catalog::Table& table : catalog->tables) {
    if (table.fault.empty() && !table.shadow && !IsOwnTable(table.name)) {
      tables.push_back(table);
    }
  }
  return draw(tables);
}

absl::StatusOr<std::string> OfProtos(const Invocation& call, bool dot) {
  if (call.flags.Text("table").has_value()) {
    return absl::InvalidArgumentError(
        "--table is for a database; name the .proto files that are meant");
  }
  const auto source =
      ReadProtoFiles(call.arguments, call.flags.List("proto-path"));
  if (!source.ok()) return source.status();
  const auto files = RunPluginOver(*source, "emit=diagram");
  if (!files.ok()) return files.status();
  std::string text;
  int pictures = 0;
  for (const WrittenFile& file : *files) {
    if (!absl::EndsWith(file.name, dot ? ".dot" : ".mmd")) continue;
    absl::StrAppend(&text, file.text);
    ++pictures;
  }
  if (pictures == 1) return text;
  return absl::InvalidArgumentError(
      pictures == 0
          ? "there is no model in these files"
          : "these are several files with models, and each is a picture of "
            "its own; name one at a time");
}

// Runs Graphviz over `dot`; `output` is the file, or none for standard output.
absl::Status WriteSvg(const std::string& dot,
                      const std::optional<std::string>& output) {
  char path[] = "/tmp/modelservice_diagram_XXXXXX";
  const int file = mkstemp(path);
  if (file < 0) {
    return absl::InternalError(
        absl::StrCat("no temporary file: ", std::strerror(errno)));
  }
  const auto remove = absl::MakeCleanup([&] { unlink(path); });
  close(file);
  if (auto status = ReplaceFile(path, dot); !status.ok()) return status;
  std::string to = absl::StrCat("-o", output.value_or(""));
  char program[] = "dot";
  char format[] = "-Tsvg";
  char* arguments[] = {program, format, path,
                       output.has_value() ? to.data() : nullptr, nullptr};
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, program, nullptr, nullptr, arguments, environ);
  int state = 0;
  if (error == 0) waitpid(child, &state, 0);
  // Where there is none, some systems say so only by the child's end.
  if (error == ENOENT || (WIFEXITED(state) && WEXITSTATUS(state) == 127)) {
    return absl::FailedPreconditionError(
        "--format=svg needs Graphviz's program dot, which is not installed; "
        "install graphviz, or write --format=dot");
  }
  if (error != 0 || !WIFEXITED(state) || WEXITSTATUS(state) != 0) {
    return absl::InternalError("dot could not draw it; see what it says above");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Diagram(const Invocation& call) {
  const std::string format = call.flags.Text("format").value_or("mermaid");
  if (format != "mermaid" && format != "dot" && format != "svg") {
    return absl::InvalidArgumentError(absl::StrCat(
        "--format: \"", format, "\" is none of mermaid, dot, svg"));
  }
  const bool dot = format != "mermaid";
  const auto text = call.arguments.empty()
                        ? OfDatabase(call, dot ? &DotDiagram : &MermaidDiagram)
                        : OfProtos(call, dot);
  if (!text.ok()) return text.status();
  const auto output = call.flags.Text("output");
  if (format == "svg") {
    std::fflush(stdout);
    return WriteSvg(*text, output);
  }
  if (output.has_value()) {
    return FileExists(*output) ? ReplaceFile(*output, *text)
                               : CreateFile(*output, *text);
  }
  std::fputs(text->c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace modelservice
