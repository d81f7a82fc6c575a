// Takes URLs apart: those of databases and of stores.
//
//   absl::StatusOr<Url> url = ParseUrl("redis://ann:p%40ss@a:1,[::1]:2/0?x=y");
//   url->scheme      "redis"
//   url->user        "ann"
//   url->password    "p@ss"
//   url->hosts       {"a", 1}, {"::1", 2}
//   url->path        "0"
//   url->settings    {"x", "y"}
//
//   ParseUrl("sqlite:/var/shop.db")->path == "/var/shop.db", without a place
//
// What people get wrong is taken where it can mean but one thing: the login
// ends with the last "@" in front of the path's settings, so that "@", ":", "/"
// and, without a "/", "?" in a password need no escape, nor do "#", "[" and
// "+", which mean nothing here; an "@" in a path is "%40". Everything else is
// an error, which names the place and never shows a password. Thread-safe.
#ifndef MODELSERVICE_BASE_URL_H_
#define MODELSERVICE_BASE_URL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// The parts as they stand there, views of the URL. Never fails: what is missing
// is empty.
struct UrlParts {
  absl::string_view scheme;  // in front of the first ":"
  bool has_place = false;    // whether "//" stands behind that
  bool has_login = false;    // of a place
  absl::string_view login;   // "user:password"
  absl::string_view hosts;   // "a:1,b:2"
  absl::string_view path;    // with the slash in front; without a place all
  absl::string_view query;   // behind the "?"
};
UrlParts SplitUrl(absl::string_view url);

// "a:1", "[::1]:1", "a": the colon and the port are empty where there are none.
// False for a bracket that is not closed or has something else behind it.
bool SplitHost(absl::string_view text, absl::string_view* name,
               absl::string_view* port);

// 1 to 65535, digits alone.
bool ParsePort(absl::string_view text, int* port);

// INVALID_ARGUMENT for an address, "a:99999" or one behind a scheme of gRPC's,
// whose port is larger than ports are: gRPC takes what is left of it modulo
// 65536, which may be another program's.
absl::Status CheckPort(absl::string_view address);

// Escapes become what they stand for; false for a "%" that begins none.
bool DecodePercent(absl::string_view text, std::string* plain);

struct UrlHost {
  std::string name;  // of IPv6 without brackets
  std::optional<int> port;
};

struct UrlSetting {
  std::string name;
  std::string value;       // empty, too, where there is no "="
  absl::string_view text;  // as it stands there
};

// Decoded.
struct Url {
  std::string scheme;
  bool has_place = false;
  std::optional<std::string> user;      // there is a login
  std::optional<std::string> password;  // ... and a ":" in it
  std::vector<UrlHost> hosts;           // of a place; none where it is empty
  std::string path;                     // of a place without the slash
  std::vector<UrlSetting> settings;     // in their order, some perhaps twice
};

// Those of a query: `a=b&c=d`.
absl::StatusOr<std::vector<UrlSetting>> ParseUrlSettings(
    absl::string_view query);

// `url` outlives what comes back. INVALID_ARGUMENT with the fault alone: who
// asks knows what the URL is of, and what may be shown of it (secrets.h).
absl::StatusOr<Url> ParseUrl(absl::string_view url);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_URL_H_
