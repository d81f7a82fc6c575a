// An interceptor of ours that counts what it does.
#ifndef MODELSERVICE_GUARD_MEASURED_INTERCEPTOR_H_
#define MODELSERVICE_GUARD_MEASURED_INTERCEPTOR_H_

#include "modelservice/base/measures.h"
#include "modelservice/interceptor.h"

namespace modelservice {

class MeasuredInterceptor : public Interceptor {
 public:
  // Its numbers of this moment. From any thread.
  virtual void Report(Measures& to) = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_MEASURED_INTERCEPTOR_H_
