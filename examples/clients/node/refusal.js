// What a refused call says of itself, as JavaScript has it.
//
//   try {
//     await call(shop, 'Create', order);
//   } catch (error) {
//     for (const [field, fault] of refusalOf(error).faults) {
//       form[field].show(fault);
//     }
//   }
//
// The details are google.rpc's messages, in the trailer grpc-status-details-bin.
// They are decoded with Google's own .proto files, of npm's google-proto-files.
'use strict';

const path = require('node:path');

const protobuf = require('protobufjs');

const protos = path.dirname(require.resolve('google-proto-files/package.json'));
const root = new protobuf.Root();
root.resolvePath = (_, target) =>
    target.startsWith('google/rpc/') ? path.join(protos, target) : target;
root.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);

const Status = root.lookupType('google.rpc.Status');

// google.rpc's messages by their names, {ErrorInfo: {...}, BadRequest: {...}}.
function detailsOf(error) {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const details = {};
  if (bytes === undefined) return details;
  for (const detail of Status.decode(bytes).details) {
    const name = detail.type_url.split('/').pop();
    // A newer server may tell what this program knows nothing of.
    const type = root.lookup(name);
    if (type instanceof protobuf.Type) {
      details[name.split('.').pop()] = type.decode(detail.value);
    }
  }
  return details;
}

// What was not said is '', null or [].
exports.refusalOf = (error) => {
  const { BadRequest, ErrorInfo, QuotaFailure, ResourceInfo, RetryInfo } =
      detailsOf(error);
  const delay = RetryInfo?.retryDelay;
  return {
    code: error.code,
    message: error.details,
    // For programs: UPPER_SNAKE_CASE, and the same tomorrow.
    reason: ErrorInfo?.reason ?? '',
    // [field, what is wrong with it], all of a request at once.
    faults: (BadRequest?.fieldViolations ?? []).map(
        ({ field, description }) => [field, description]),
    // [type, name] of what is missing or there already.
    resource: ResourceInfo ?
        [ResourceInfo.resourceType, ResourceInfo.resourceName] : null,
    // [subject, description] of limits that were reached.
    quotas: (QuotaFailure?.violations ?? []).map(
        ({ subject, description }) => [subject, description]),
    // Seconds before which the call is not worth making again.
    retryDelay: delay ? Number(delay.seconds) + delay.nanos / 1e9 : null,
  };
};
