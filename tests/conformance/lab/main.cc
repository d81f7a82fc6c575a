// Serves the models of models.py to clients of the framework's own protos.

#include "modelservice/main.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "f_author.modelservice.pb.h"
#include "f_bigkey.modelservice.pb.h"
#include "f_intkey.modelservice.pb.h"
#include "f_kind.modelservice.pb.h"
#include "f_named.modelservice.pb.h"
#include "f_number.modelservice.pb.h"
#include "f_tag.modelservice.pb.h"
#include "f_text.modelservice.pb.h"
#include "f_user.modelservice.pb.h"
#include "f_when.modelservice.pb.h"

namespace {

std::string Now() {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(),
                          absl::UTCTimeZone());
}

// What Django's auto_now_add and auto_now do: over the framework's wire these
// columns are strings.
class Whens : public f_when::WhenControllerBase {
 public:
  absl::Status BeforeCreate(const modelservice::CallContext&,
                            modelservice::Transaction&,
                            f_when::When& when) override {
    when.set_created(Now());
    when.set_changed(when.created());
    return absl::OkStatus();
  }

  absl::Status BeforeUpdate(const modelservice::CallContext&,
                            modelservice::Transaction&, const f_when::When&,
                            f_when::When& when) override {
    when.set_changed(Now());
    return absl::OkStatus();
  }
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    f_author::RegisterFAuthor(registry);
    f_bigkey::RegisterFBigkey(registry);
    f_intkey::RegisterFIntkey(registry);
    f_kind::RegisterFKind(registry);
    f_named::RegisterFNamed(registry);
    f_number::RegisterFNumber(registry);
    f_tag::RegisterFTag(registry);
    f_text::RegisterFText(registry);
    f_user::RegisterFUser(registry);
    registry.Add<Whens>();
  });
}
