// The services of rights.proto behind one face, and calls as one caller.
#ifndef MODELSERVICE_TESTS_GUARD_RIGHTS_API_H_
#define MODELSERVICE_TESTS_GUARD_RIGHTS_API_H_

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fixture.h"
#include "rights.grpc.pb.h"
#include "rights_model.h"

namespace rights {

template <class Reply>
struct Answer {
  grpc::Status status;
  Reply reply;
};

class Api {
 public:
  virtual ~Api() = default;
  virtual Answer<Sheet> Retrieve(const Caller&, int64_t id) = 0;
  virtual Answer<ListSheetsResponse> List(const Caller&,
                                          const ListSheetsRequest&) = 0;
  virtual Answer<std::vector<Sheet>> StreamSheets(
      const Caller&, const StreamSheetsRequest&) = 0;
  virtual Answer<Sheet> Create(const Caller&, const Sheet&) = 0;
  virtual Answer<Sheet> Destroy(const Caller&, int64_t id) = 0;
  // The forms of an update.
  virtual Answer<Sheet> Update(const Caller&, const Sheet&) = 0;
  virtual Answer<Sheet> UpdateSheet(const Caller&, const Sheet&,
                                    const std::set<std::string>& mask) = 0;
  virtual Answer<Sheet> PartialUpdate(const Caller&, const Sheet&) = 0;
  virtual Answer<Sheet> Patch(const Caller&, const Sheet&,
                              const std::set<std::string>& names) = 0;
  virtual Answer<Sheet> Set(const Caller&, const SetSheetRequest&) = 0;
  // Custom methods of all shapes; every sheet of their replies.
  virtual Answer<std::vector<Sheet>> Custom(const Caller&, int64_t id) = 0;
};

// Every sheet in it.
inline void Collect(const Folder& folder, std::vector<Sheet>* sheets) {
  if (folder.has_first()) sheets->push_back(folder.first());
  for (const Sheet& sheet : folder.rest()) sheets->push_back(sheet);
  for (const auto& entry : folder.by_owner()) sheets->push_back(entry.second);
  if (folder.has_chosen()) sheets->push_back(folder.chosen());
  if (folder.has_inner()) Collect(folder.inner(), sheets);
}

template <class Service>
class ApiOf final : public Api {
 public:
  using Stub = typename Service::Stub;

  explicit ApiOf(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(Service::NewStub(channel)) {}

  Answer<Sheet> Retrieve(const Caller& caller, int64_t id) override {
    return Call<Sheet>(caller, &Stub::Retrieve, KeyOf(id));
  }
  Answer<ListSheetsResponse> List(const Caller& caller,
                                  const ListSheetsRequest& request) override {
    return Call<ListSheetsResponse>(caller, &Stub::List, request);
  }
  Answer<std::vector<Sheet>> StreamSheets(
      const Caller& caller, const StreamSheetsRequest& request) override {
    Answer<std::vector<Sheet>> answer;
    const auto context = guarded::NewContext(caller.metadata());
    const auto reader = stub_->StreamSheets(context.get(), request);
    Sheet sheet;
    while (reader->Read(&sheet)) answer.reply.push_back(sheet);
    answer.status = reader->Finish();
    return answer;
  }
  Answer<Sheet> Create(const Caller& caller, const Sheet& sheet) override {
    return Call<Sheet>(caller, &Stub::Create, sheet);
  }
  Answer<Sheet> Destroy(const Caller& caller, int64_t id) override {
    return {
        Call<google::protobuf::Empty>(caller, &Stub::Destroy, KeyOf(id)).status,
        {}};
  }
  Answer<Sheet> Update(const Caller& caller, const Sheet& sheet) override {
    return Call<Sheet>(caller, &Stub::Update, sheet);
  }
  Answer<Sheet> UpdateSheet(const Caller& caller, const Sheet& sheet,
                            const std::set<std::string>& mask) override {
    UpdateSheetRequest request;
    *request.mutable_sheet() = sheet;
    for (const std::string& path : mask) {
      request.mutable_update_mask()->add_paths(path);
    }
    return Call<Sheet>(caller, &Stub::UpdateSheet, request);
  }
  Answer<Sheet> PartialUpdate(const Caller& caller,
                              const Sheet& sheet) override {
    return Call<Sheet>(caller, &Stub::PartialUpdate, sheet);
  }
  Answer<Sheet> Patch(const Caller& caller, const Sheet& sheet,
                      const std::set<std::string>& names) override {
    PatchSheetRequest request;
    *request.mutable_sheet() = sheet;
    for (const std::string& name : names) {
      request.add__partial_update_fields(name);
    }
    return Call<Sheet>(caller, &Stub::Patch, request);
  }
  Answer<Sheet> Set(const Caller& caller,
                    const SetSheetRequest& request) override {
    return Call<Sheet>(caller, &Stub::Set, request);
  }

  Answer<std::vector<Sheet>> Custom(const Caller& caller, int64_t id) override {
    Answer<std::vector<Sheet>> all;
    const SheetKey key = KeyOf(id);
    const auto take = [&all](const grpc::Status& status, const Folder& folder) {
      if (!status.ok()) all.status = status;
      rights::Collect(folder, &all.reply);
    };
    const auto shown = Call<Sheet>(caller, &Stub::Show, key);
    if (!shown.status.ok()) all.status = shown.status;
    all.reply.push_back(shown.reply);
    const auto file = Call<Folder>(caller, &Stub::File, key);
    take(file.status, file.reply);
    Folder folder;
    const auto watching = guarded::NewContext(caller.metadata());
    const auto reader = stub_->Watch(watching.get(), key);
    while (reader->Read(&folder)) rights::Collect(folder, &all.reply);
    take(reader->Finish(), {});
    folder.Clear();
    const auto collecting = guarded::NewContext(caller.metadata());
    const auto writer = stub_->Collect(collecting.get(), &folder);
    writer->Write(key);
    writer->WritesDone();
    take(writer->Finish(), folder);
    const auto exchanging = guarded::NewContext(caller.metadata());
    const auto both = stub_->Exchange(exchanging.get());
    both->Write(key);
    both->WritesDone();
    Sheet sheet;
    while (both->Read(&sheet)) all.reply.push_back(sheet);
    take(both->Finish(), {});
    return all;
  }

 private:
  static SheetKey KeyOf(int64_t id) {
    SheetKey key;
    key.set_id(id);
    return key;
  }
  template <class Reply, class Request>
  Answer<Reply> Call(const Caller& caller,
                     grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                  const Request&, Reply*),
                     const Request& request) {
    Answer<Reply> answer;
    answer.status = guarded::CallUnary(*stub_, method, request,
                                       caller.metadata(), &answer.reply)
                        .status;
    return answer;
  }

  const std::unique_ptr<Stub> stub_;
};

}  // namespace rights

#endif  // MODELSERVICE_TESTS_GUARD_RIGHTS_API_H_
