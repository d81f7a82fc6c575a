// A server of volumes and rooms.
#ifndef MODELSERVICE_TESTS_INTEGRATION_SHELF_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_SHELF_FIXTURE_H_

#include <memory>
#include <string>

#include "modelservice/errors.h"
#include "shelf.grpc.pb.h"
#include "shelf.modelservice.pb.h"
#include "test_support.h"

namespace integration {

class FilteredVolumes : public VolumesBase {
 public:
  absl::StatusOr<modelservice::Query<Volume>> FilterList(
      const modelservice::CallContext&,
      const google::protobuf::Message& request,
      modelservice::Query<Volume> all) override {
    const auto* list = dynamic_cast<const ListVolumesRequest*>(&request);
    if (list == nullptr || !list->is_long()) return all;
    return all.Filter(VolumeModel::pages > 100);
  }
};

// Nothing of the year 3000 is there, and titles are marked.
class CarefulVolumes : public FilteredVolumes {
 public:
  modelservice::Query<Volume> Scope(const modelservice::CallContext&,
                                    modelservice::Query<Volume> all) override {
    return all.Filter(VolumeModel::year.IsNull() || VolumeModel::year != 3000);
  }
  absl::Status BeforeCreate(const modelservice::CallContext&,
                            modelservice::Transaction&,
                            Volume& volume) override {
    if (volume.title() == "no") {
      return absl::FailedPreconditionError("not this one");
    }
    volume.set_title(volume.title() + "!");
    return absl::OkStatus();
  }
};

class ShelfTest : public ServerTest {
 protected:
  void SetUp() override { StartWith<FilteredVolumes>(); }

  template <class Handler>
  void StartWith(Options options = {}) {
    TakeServer().reset();
    Start(
        [](modelservice::Registry& registry) {
          RegisterShelf(registry);
          registry.Add<Handler>();
        },
        std::move(options));
    volumes_ = Volumes::NewStub(server().channel());
    rooms_ = Rooms::NewStub(server().channel());
  }

  static Volume Of(const std::string& isbn, const std::string& title) {
    Volume volume;
    volume.set_isbn(isbn);
    volume.set_title(title);
    return volume;
  }
  Volume Create(const std::string& isbn) {
    CreateVolumeRequest request;
    *request.mutable_volume() = Of(isbn, "of " + isbn);
    Volume created;
    EXPECT_THAT(
        Call(*volumes_, &Volumes::Stub::CreateVolume, request, &created),
        IsOk());
    return created;
  }
  Volume Get(const std::string& isbn) {
    GetVolumeRequest request;
    request.set_isbn(isbn);
    Volume volume;
    EXPECT_THAT(Call(*volumes_, &Volumes::Stub::GetVolume, request, &volume),
                IsOk());
    return volume;
  }
  std::string Rows(const std::string& table) {
    return QuerySql(server().database_url(), "SELECT count(*) FROM " + table);
  }

  std::unique_ptr<Volumes::Stub> volumes_;
  std::unique_ptr<Rooms::Stub> rooms_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_SHELF_FIXTURE_H_
