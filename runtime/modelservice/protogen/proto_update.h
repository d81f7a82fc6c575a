// Brings a .proto file that is there up to date with the tables that it is
// about.
//
//   auto update = ProtoUpdate::Read("demo.proto", text);
//   update->Prepare(catalog, &options);  // keeps the file's names
//   auto file = BuildFile(catalog, options);
//   absl::StatusOr<std::string> updated = update->Apply(*file);
//
// Fields keep their numbers and comments; the number and the name of one whose
// column is gone are reserved, and a new one gets a number that was never used.
// Methods, options, comments and messages that somebody wrote stay as they are.
#ifndef MODELSERVICE_PROTOGEN_PROTO_UPDATE_H_
#define MODELSERVICE_PROTOGEN_PROTO_UPDATE_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/existing_file.h"
#include "modelservice/protogen/existing_model.h"
#include "modelservice/protogen/proto_builder.h"
#include "modelservice/protogen/proto_file.h"

namespace modelservice::proto {

class ProtoUpdate {
 public:
  // The error names the place in the file and the fault.
  static absl::StatusOr<ProtoUpdate> Read(const std::string& name,
                                          const std::string& text);

  const std::string& package() const { return file_.file().package(); }
  // What the file imports.
  std::set<std::string> Imports() const;

  // kAip when the file has a service with a method like GetUser.
  Style StyleOfFile() const;

  // Makes the builder use the names that the file has. The error names an
  // option that cannot be read.
  absl::Status Prepare(const catalog::Catalog& catalog, BuildOptions* options);

  // The file's text with what changed. The error says what would break those
  // who have the file already, and the mend.
  absl::StatusOr<std::string> Apply(const File& built) const;

  // Whether all that the file has of the tables could be had. The error names
  // a message whose table no longer makes one, and why.
  absl::Status CheckLeftOut(const File& built) const;

  // What is to be said of the file, a line each: messages whose tables are
  // gone.
  std::vector<std::string> Notes(const catalog::Catalog& catalog) const;

 private:
  explicit ProtoUpdate(ExistingFile file) : file_(std::move(file)) {}

  // Not one of `found`.
  const ExistingModel* FindModel(
      const catalog::Catalog& catalog, const catalog::Table& table,
      const BuildOptions& options,
      const std::set<const ExistingModel*>& found) const;
  const ExistingModel* Find(const std::string& message) const;
  bool IsBound(const ExistingModel& model) const;
  std::set<std::string> NewTypes(const File& built) const;
  std::vector<int> Head() const;
  // Whose SQL the options hold, and whose clients' answers are given.
  absl::Status SetFileSettings(const File& built, TextEdit* edit) const;
  void AddImports(const std::set<std::string>& needed, TextEdit* edit) const;
  void BindService(const Model& built, Style style, TextEdit* edit) const;

  ExistingFile file_;
  std::vector<ExistingModel> models_;
  // By a table's full name, the message that is of it.
  std::map<std::string, const ExistingModel*> found_;
};

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_PROTO_UPDATE_H_
