// When a call that failed is worth another try.
#ifndef MODELSERVICE_CLIENT_RETRY_H_
#define MODELSERVICE_CLIENT_RETRY_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/client.h"

namespace modelservice::client {

// Whether a call that may run twice, and that nobody on this side ended, can be
// answered better: the server was not there (UNAVAILABLE), stopped and ended
// what it was doing (CANCELLED), or says when to come back (RetryInfo).
bool IsTransient(const absl::Status& status);

// Whether an attempt that ended so may have been done all the same.
bool MayBeDone(const absl::Status& status);
// Such an attempt came before the one that ended so (HadLostAttempt).
void MarkLostAttempt(absl::Status* status);

// The pause before the attempt that follows `made` of them; none when there is
// to be no other. `chance` is from 0 to 1, of this pause alone.
std::optional<absl::Duration> PauseBefore(const absl::Status& status, int made,
                                          const ClientRetries& retries,
                                          double chance);

// A number for that.
double Chance();

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_RETRY_H_
