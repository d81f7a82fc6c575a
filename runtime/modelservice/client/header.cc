#include "modelservice/client/header.h"

#include <grpc/grpc.h>
#include <grpc/slice.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace modelservice::client {
namespace {

grpc_slice View(absl::string_view text) {
  return grpc_slice_from_static_buffer(text.data(), text.size());
}

}  // namespace

bool IsLegalHeader(absl::string_view key, absl::string_view value) {
  if (grpc_header_key_is_legal(View(key)) == 0) return false;
  return grpc_is_binary_header(View(key)) != 0 ||
         grpc_header_nonbin_value_is_legal(View(value)) != 0;
}

absl::Status CheckHeader(absl::string_view key, absl::string_view value) {
  if (IsLegalHeader(key, value)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the header \"", absl::CHexEscape(key),
      "\" cannot be sent: keys are of small letters, digits, \"-\", \"_\" and "
      "\".\", values of printable ASCII; give bytes a key that ends in "
      "\"-bin\""));
}

}  // namespace modelservice::client
