// The command that makes an opaque token.
#ifndef MODELSERVICE_MANAGE_CREATETOKEN_H_
#define MODELSERVICE_MANAGE_CREATETOKEN_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

inline constexpr Flag kCreateTokenFlags[] = {
    {"name", "TEXT", "what the token is for"},
    {"days", "N", "how long it is good; without it for ever"},
    {"role", "R[,R2...]", "what the token may do, as role:R in access asks"},
    {"expires", "TIME", "until when, as in 2027-01-31 or 2027-01-31T12:00:00Z"},
};

// Prints a new token for the user that the command names, once: the table of
// tokens, which is made when it is missing, keeps its hash. With Django's users
// the user must be one of them, by name; else it is what `subject` will be.
absl::Status CreateToken(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_CREATETOKEN_H_
