// Who is told of links that are added and removed (ModelSignals::
// OnLinksChanged), and of which.
#ifndef MODELSERVICE_ORM_TOLD_LINKS_H_
#define MODELSERVICE_ORM_TOLD_LINKS_H_

#include <vector>

#include "absl/status/status.h"
#include "modelservice/database.h"
#include "modelservice/orm/links.h"
#include "modelservice/sql/literal.h"

namespace modelservice {

// The keys that a row is linked to now, and those that it is no longer.
struct ToldLinks {
  std::vector<Literal> added;
  std::vector<Literal> removed;
};

// Whether anybody listens, from either end.
bool AreTold(const Database& database, const LinkWay& way);

// Tells those who listen from this end, and those who do from the other, of
// each row there. The error of a receiver that must succeed.
absl::Status TellOf(Transaction& transaction, const LinkWay& way,
                    const Literal& own, const ToldLinks& links);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_TOLD_LINKS_H_
