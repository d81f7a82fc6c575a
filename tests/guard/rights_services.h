// The services of rights.proto, and what their options name.
#ifndef MODELSERVICE_TESTS_GUARD_RIGHTS_SERVICES_H_
#define MODELSERVICE_TESTS_GUARD_RIGHTS_SERVICES_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "modelservice/permission.h"
#include "rights.modelservice.pb.h"

namespace rights {

using ::modelservice::AsyncReader;
using ::modelservice::AsyncReply;
using ::modelservice::AsyncStream;
using ::modelservice::AsyncWriter;
using ::modelservice::CallContext;
using ::modelservice::Objects;
using ::modelservice::Query;
using ::modelservice::Reader;
using ::modelservice::Reply;
using ::modelservice::Stream;
using ::modelservice::Writer;

// The tenant of who calls; no row has that of who has none.
inline std::string TenantOf(const CallContext& call) {
  return call.principal().Claim("tenant").value_or("-");
}

class InDraft : public modelservice::ObjectPermission<Sheet> {
 public:
  modelservice::Condition<Sheet> Rows(const CallContext&) override {
    return SheetModel::draft == true;
  }
};

// The sheets of the caller's tenant, and drafts that are shared.
inline modelservice::Condition<Sheet> SheetsFor(const CallContext& call) {
  return SheetModel::tenant == TenantOf(call) ||
         (SheetModel::tenant == "shared" && SheetModel::draft == true);
}

class SameTenant : public modelservice::ObjectPermission<Sheet> {
 public:
  modelservice::Condition<Sheet> Rows(const CallContext& call) override {
    return SheetsFor(call);
  }
};

// Reads what is there, whoever calls.
template <class Base>
class Finds : public Base {
 protected:
  absl::StatusOr<Reply<Sheet>> Find(const SheetKey& key) {
    auto sheet = Objects<Sheet>(this->database())
                     .Filter(SheetModel::id == key.id())
                     .Get();
    if (!sheet.ok()) return sheet.status();
    return *std::move(sheet);
  }
  absl::StatusOr<Reply<Folder>> FolderOf(const SheetKey& key) {
    auto sheet = Find(key);
    if (!sheet.ok()) return sheet.status();
    Folder folder;
    for (Folder* in : {&folder, folder.mutable_inner()}) {
      *in->mutable_first() = sheet->message();
      *in->add_rest() = sheet->message();
      (*in->mutable_by_owner())["x"] = sheet->message();
      *in->mutable_chosen() = sheet->message();
    }
    return folder;
  }
};

// Custom methods that take no care of who may read what.
template <class Base>
class Careless : public Finds<Base> {
 public:
  absl::StatusOr<Reply<Sheet>> Show(const CallContext&,
                                    const SheetKey& key) override {
    return this->Find(key);
  }
  absl::StatusOr<Reply<Folder>> File(const CallContext&,
                                     const SheetKey& key) override {
    return this->FolderOf(key);
  }
  absl::Status Watch(const CallContext&, const SheetKey& key,
                     Writer<Folder>& writer) override {
    for (int i = 0; i < 2; ++i) {
      auto folder = this->FolderOf(key);
      if (!folder.ok()) return folder.status();
      if (!writer.Write(folder->message())) return absl::CancelledError("gone");
    }
    return absl::OkStatus();
  }
  absl::StatusOr<Reply<Folder>> Collect(const CallContext&,
                                        Reader<SheetKey>& reader) override {
    Folder folder;
    SheetKey key;
    while (reader.Read(&key)) {
      auto sheet = this->Find(key);
      if (!sheet.ok()) return sheet.status();
      *folder.add_rest() = sheet->message();
    }
    return folder;
  }
  absl::Status Exchange(const CallContext&,
                        Stream<SheetKey, Sheet>& stream) override {
    SheetKey key;
    while (stream.Read(&key)) {
      auto sheet = this->Find(key);
      if (!sheet.ok()) return sheet.status();
      if (!stream.Write(sheet->message())) return absl::CancelledError("gone");
    }
    return absl::OkStatus();
  }
};

// The same in their other form.
template <class Base>
class AsyncCareless : public Finds<Base> {
 public:
  void StartShow(const CallContext&, const SheetKey& key,
                 AsyncReply<Sheet> reply) override {
    reply.Finish(this->Find(key));
  }
  void StartFile(const CallContext&, const SheetKey& key,
                 AsyncReply<Folder> reply) override {
    reply.Finish(this->FolderOf(key));
  }
  void StartWatch(const CallContext&, const SheetKey& key,
                  AsyncWriter<Folder> writer) override {
    for (int i = 0; i < 2; ++i) {
      auto folder = this->FolderOf(key);
      if (!folder.ok()) return writer.Finish(folder.status());
      if (!writer.Write(folder->message()).ok()) return;
    }
    writer.Finish(absl::OkStatus());
  }
  void StartCollect(const CallContext&, AsyncReader<SheetKey> reader,
                    AsyncReply<Folder> reply) override {
    TakeAll(reader, reply, Folder());
  }
  void StartExchange(const CallContext&,
                     AsyncStream<SheetKey, Sheet> stream) override {
    stream.Read([this, stream](const SheetKey* key) {
      if (key == nullptr) return stream.Finish(absl::OkStatus());
      auto sheet = this->Find(*key);
      if (!sheet.ok()) return stream.Finish(sheet.status());
      if (stream.Write(sheet->message()).ok()) {
        StartExchange(stream.call(), stream);
      }
    });
  }

 private:
  void TakeAll(const AsyncReader<SheetKey>& reader,
               const AsyncReply<Folder>& reply, Folder folder) {
    reader.Read([this, reader, reply, folder](const SheetKey* key) mutable {
      if (key == nullptr) return reply.Finish(folder);
      auto sheet = this->Find(*key);
      if (!sheet.ok()) return reply.Finish(sheet.status());
      *folder.add_rest() = sheet->message();
      TakeAll(reader, reply, std::move(folder));
    });
  }
};

template <class Base>
class Scoped : public Careless<Base> {
 public:
  Query<Sheet> Scope(const CallContext& call, Query<Sheet> all) override {
    const auto below = call.metadata("x-below");
    int64_t id = 0;
    if (below.has_value() && absl::SimpleAtoi(*below, &id)) {
      all = all.Filter(SheetModel::id < id);
    }
    return all.Filter(SheetsFor(call));
  }
};

class SheetsService : public Careless<SheetsBase> {};
class ScopedSheetsService : public Scoped<ScopedSheetsBase> {};
class TenantSheetsService : public AsyncCareless<TenantSheetsBase> {};

class HookedSheetsService : public Scoped<HookedSheetsBase> {
 public:
  // "mine" is whichever is the caller's.
  absl::Status BeforeCreate(const CallContext& call, modelservice::Transaction&,
                            Sheet& sheet) override {
    if (sheet.tenant() == "mine") sheet.set_tenant(TenantOf(call));
    return absl::OkStatus();
  }
  absl::Status BeforeUpdate(const CallContext&, modelservice::Transaction&,
                            const Sheet&, Sheet& updated) override {
    if (updated.tenant() == "elsewhere") updated.set_tenant("z");
    return absl::OkStatus();
  }
};

class OwnSheetsService : public Scoped<OwnSheetsBase> {
 public:
  absl::StatusOr<Reply<ListSheetsResponse>> List(
      const CallContext& call, const ListSheetsRequest& request) override {
    return OwnSheetsBase::List(call, request);
  }
  absl::Status StreamSheets(const CallContext& call,
                            const StreamSheetsRequest& request,
                            Writer<Sheet>& writer) override {
    return OwnSheetsBase::StreamSheets(call, request, writer);
  }
  // What it reads itself, it does not mask.
  absl::StatusOr<Reply<Sheet>> Retrieve(const CallContext& call,
                                        const SheetKey& key) override {
    auto reply = OwnSheetsBase::Retrieve(call, key);
    if (!reply.ok()) return reply.status();
    return Find(key);
  }
  absl::StatusOr<Reply<Sheet>> Create(const CallContext& call,
                                      const Sheet& sheet) override {
    auto reply = OwnSheetsBase::Create(call, sheet);
    if (!reply.ok()) return reply.status();
    SheetKey key;
    key.set_id(reply->message().id());
    return Find(key);
  }
  absl::StatusOr<Reply<Sheet>> Update(const CallContext& call,
                                      const Sheet& sheet) override {
    return OwnSheetsBase::Update(call, sheet);
  }
  absl::StatusOr<Reply<Sheet>> UpdateSheet(
      const CallContext& call, const UpdateSheetRequest& request) override {
    return OwnSheetsBase::UpdateSheet(call, request);
  }
  absl::StatusOr<Reply<Sheet>> Patch(
      const CallContext& call, const PatchSheetRequest& request) override {
    return OwnSheetsBase::Patch(call, request);
  }
  absl::StatusOr<Reply<google::protobuf::Empty>> Destroy(
      const CallContext& call, const SheetKey& key) override {
    return OwnSheetsBase::Destroy(call, key);
  }
};

inline void RegisterSheets(modelservice::Registry& registry) {
  RegisterRights(registry);
  registry.Add<SheetsService>();
  registry.Add<ScopedSheetsService>();
  registry.Add<HookedSheetsService>();
  registry.Add<OwnSheetsService>();
  registry.Add<TenantSheetsService>();
  registry.AddPermission<InDraft>("in_draft");
  registry.AddPermission<SameTenant>("same_tenant");
}

}  // namespace rights

#endif  // MODELSERVICE_TESTS_GUARD_RIGHTS_SERVICES_H_
