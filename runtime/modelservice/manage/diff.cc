#include "modelservice/manage/diff.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/base/compat.h"
#include "modelservice/manage/diff_models.h"
#include "modelservice/manage/diff_source.h"
#include "modelservice/manage/finding.h"
#include "modelservice/manage/schema_diff.h"
#include "modelservice/manage/wire_diff.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;
using Part = Finding::Part;
using Weight = Finding::Weight;

// One of the two.
struct Version {
  ProtoSource source;
  pb::DescriptorPool pool;
  std::vector<const pb::FileDescriptor*> files;
  std::vector<ModelVersion> models;
};

absl::Status Read(const std::string& text,
                  const std::vector<std::string>& folders, Version* version) {
  auto source = ReadDiffSource(text, folders);
  if (!source.ok()) return source.status();
  version->source = *std::move(source);
  for (const auto& file : version->source.set.file()) {
    compat::FirstFault fault;
    if (version->pool.BuildFileCollectingErrors(file, &fault) == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(text, ": ", file.name(), ": ", fault.text));
    }
  }
  for (const std::string& name : version->source.names) {
    version->files.push_back(version->pool.FindFileByName(name));
  }
  auto models = ModelsOf(version->source, version->pool);
  if (!models.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(text, ": ", models.status().message()));
  }
  version->models = *std::move(models);
  return absl::OkStatus();
}

absl::string_view NameOf(Part part) {
  switch (part) {
    case Part::kWire:
      return "wire";
    case Part::kDatabase:
      return "database";
    case Part::kDeploy:
      break;
  }
  return "rolling deploy";
}

absl::string_view NameOf(Weight weight) {
  switch (weight) {
    case Weight::kNote:
      return "note";
    case Weight::kCare:
      return "care";
    case Weight::kBreak:
      break;
  }
  return "breaking";
}

// The findings of a part, the heaviest first, and what they come to.
Weight Print(Part part, const std::vector<Finding>& found) {
  Weight heaviest = Weight::kNote;
  bool any = false;
  for (const Weight weight : {Weight::kBreak, Weight::kCare, Weight::kNote}) {
    for (const Finding& one : found) {
      if (one.part != part || one.weight != weight) continue;
      any = true;
      heaviest = std::max(heaviest, weight);
      const std::string mend =
          absl::StrReplaceAll(one.mend, {{"\n", "\n    "}});
      std::printf("%s: %s: %s: %s: %s\n    %s\n", one.place.c_str(),
                  std::string(NameOf(part)).c_str(),
                  std::string(NameOf(weight)).c_str(), one.element.c_str(),
                  one.fault.c_str(), mend.c_str());
    }
  }
  const char* const verdict = heaviest == Weight::kBreak ? "breaking"
                              : heaviest == Weight::kCare
                                  ? "compatible, with care"
                              : any ? "compatible, with changes"
                                    : "compatible";
  std::printf("%s: %s\n", std::string(NameOf(part)).c_str(), verdict);
  return heaviest;
}

}  // namespace

absl::Status Diff(const Invocation& call) {
  const std::vector<std::string> folders = call.flags.List("proto-path");
  Version older;
  Version newer;
  if (auto status = Read(call.arguments[0], folders, &older); !status.ok()) {
    return status;
  }
  if (auto status = Read(call.arguments[1], folders, &newer); !status.ok()) {
    return status;
  }
  std::vector<Finding> found = WireDiff(older.files, newer.files);
  for (Finding& one : SchemaDiff(older.models, newer.models)) {
    found.push_back(std::move(one));
  }
  Weight heaviest = Weight::kNote;
  for (const Part part : {Part::kWire, Part::kDatabase, Part::kDeploy}) {
    heaviest = std::max(heaviest, Print(part, found));
  }
  if (heaviest != Weight::kBreak) return absl::OkStatus();
  return WithExitCode(
      absl::FailedPreconditionError(absl::StrCat(
          call.arguments[1], " breaks what ", call.arguments[0], " promised")),
      1);
}

}  // namespace modelservice
