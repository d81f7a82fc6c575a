// perf.UserService on raw bytes, each method on gRPC's callback API.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_RAW_SERVICE_H_
#define TESTS_BENCHMARK_HANDWRITTEN_RAW_SERVICE_H_

#include "perf.grpc.pb.h"

namespace handwritten {

using RawReads = perf::UserService::WithRawCallbackMethod_Retrieve<
    perf::UserService::WithRawCallbackMethod_List<
        perf::UserService::WithRawCallbackMethod_ListChunks<
            perf::UserService::WithRawCallbackMethod_ListRows<
                perf::UserService::Service>>>>;
using RawService = perf::UserService::WithRawCallbackMethod_Create<
    perf::UserService::WithRawCallbackMethod_Update<
        perf::UserService::WithRawCallbackMethod_PartialUpdate<
            perf::UserService::WithRawCallbackMethod_Destroy<RawReads>>>>;

}  // namespace handwritten

#endif  // TESTS_BENCHMARK_HANDWRITTEN_RAW_SERVICE_H_
