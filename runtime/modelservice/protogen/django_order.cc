#include "modelservice/protogen/django_order.h"

#include <limits>
#include <utility>

#include "absl/strings/str_split.h"

namespace modelservice::proto {
namespace {

constexpr size_t kUnknown = std::numeric_limits<size_t>::max();

// The models of django.contrib from 3.2 on, and the framework's tokens, as
// their models.py declare them; what they inherit comes first.
constexpr std::pair<absl::string_view, absl::string_view> kModels[] = {
    {"auth_group", "id name"},
    {"auth_permission", "id name content_type_id codename"},
    {"auth_user",
     "id password last_login is_superuser username first_name last_name email "
     "is_staff is_active date_joined"},
    {"authtoken_token", "key user_id created"},
    {"django_admin_log",
     "id action_time user_id content_type_id object_id object_repr action_flag "
     "change_message"},
    {"django_content_type", "id app_label model"},
    {"django_flatpage",
     "id url title content enable_comments template_name "
     "registration_required"},
    {"django_migrations", "id app name applied"},
    {"django_redirect", "id site_id old_path new_path"},
    {"django_session", "session_key session_data expire_date"},
    {"django_site", "id domain name"},
};

}  // namespace

size_t DjangoPlace(absl::string_view table, absl::string_view column) {
  for (const auto& [name, columns] : kModels) {
    if (name != table) continue;
    size_t place = 0;
    for (const absl::string_view declared : absl::StrSplit(columns, ' ')) {
      if (declared == column) return place;
      ++place;
    }
  }
  return kUnknown;
}

}  // namespace modelservice::proto
