// Decodes error details with Google's own messages, so that our wire-compatible
// ones are held against the originals.

import path from 'node:path';

import { load, nodeModules } from './harness.mjs';

const protobuf = load('protobufjs');
load('google-proto-files/package.json');
const google = new protobuf.Root();
google.resolvePath = (_, target) => target.startsWith('google/rpc/')
    ? path.join(nodeModules, 'google-proto-files', target) : target;
google.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);

// The content of grpc-status-details-bin: {code, message, BadRequest: {...}}.
export function decodeStatus(bytes) {
  const status = google.lookupType('google.rpc.Status').decode(bytes);
  const decoded = { code: status.code, message: status.message };
  for (const { type_url: url, typeUrl, value } of status.details) {
    const type = (typeUrl ?? url).replace('type.googleapis.com/', '');
    const detail = decodeDetail(type, value);
    if (detail) decoded[type.replace('google.rpc.', '')] = detail;
  }
  return decoded;
}

// Undefined for a type that Google has not, which clients pass over.
export function decodeDetail(type, bytes) {
  if (!type.startsWith('google.rpc.')) return undefined;
  const message = google.lookupType(type);
  return message.toObject(message.decode(bytes), { longs: String });
}
