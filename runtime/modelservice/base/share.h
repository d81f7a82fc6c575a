// A share of what happens, like the calls that a log tells of.
#ifndef MODELSERVICE_BASE_SHARE_H_
#define MODELSERVICE_BASE_SHARE_H_

#include <random>

namespace modelservice {

// Whether this one is of the share, from 0 to 1, that is chosen by chance.
inline bool IsOfShare(double share) {
  if (share >= 1) return true;
  static thread_local std::minstd_rand random{std::random_device()()};
  return std::uniform_real_distribution<double>(0, 1)(random) < share;
}

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_SHARE_H_
