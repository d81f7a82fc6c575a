// The quickstart's two services through @grpc/grpc-js, and what tests say of
// their answers.

import assert from 'node:assert/strict';

import { decodeStatus } from './details.mjs';
import { load, protoPaths, startServer } from './harness.mjs';

export const grpc = load('@grpc/grpc-js');
const { shop } = grpc.loadPackageDefinition(
    load('@grpc/proto-loader').loadSync('shop.proto', {
      includeDirs: protoPaths, keepCase: true, longs: String, enums: String,
      defaults: true, oneofs: true,
    }));

export const TIMEOUT = { timeout: 60_000 };  // of a suite

export async function startShop() {
  const server = await startServer();
  const credentials = grpc.credentials.createInsecure();
  const customers = new shop.CustomerService(server.address, credentials);
  const orders = new shop.OrderService(server.address, credentials);
  return {
    customers,
    orders,
    async stop() {
      customers.close();
      orders.close();
      await server.stop();
    },
  };
}

export const soon = () => ({ deadline: Date.now() + 20_000 });

// The reply of a unary call. A refusal is thrown, with `status`, its details, and
// `service`, who was asked.
export function call(client, method, request, options = soon()) {
  return new Promise((resolve, reject) => {
    client[method](request, new grpc.Metadata(), options, (error, reply) => {
      if (!error) return resolve(reply);
      const [bytes] = error.metadata.get('grpc-status-details-bin');
      if (bytes) error.status = decodeStatus(bytes);
      error.service = client[method].path.split('/')[1];
      reject(error);
    });
  });
}

// All messages of a stream; its error is thrown.
export async function drain(stream) {
  const messages = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

export async function thrown(promise) {
  const result = await promise.then((reply) => ({ reply }), (e) => e);
  assert.ok(result instanceof Error,
            `answered ${JSON.stringify(result.reply)}`);
  return result;
}

// Asserts that a call is refused with these words, and tells its details.
export async function refused(promise, code, message) {
  const error = await thrown(promise);
  assert.equal(grpc.status[error.code], code, error);
  assert.equal(error.details, message);
  assert.equal(error.status.code, error.code);
  assert.equal(error.status.message, message);
  assert.equal(error.status.ErrorInfo.reason, code);
  assert.equal(error.status.ErrorInfo.domain, error.service);
  return error.status;
}

// Asserts that a request is refused for exactly these [field, description].
export async function violates(promise, ...violations) {
  const message = violations.map((pair) => pair.join(': ')).join(' ');
  const status = await refused(promise, 'INVALID_ARGUMENT', message);
  assert.deepEqual(
      status.BadRequest.fieldViolations.map((v) => [v.field, v.description]),
      violations);
}

let made = 0;
// Creates a customer with an address of its own.
export function createCustomer(customers, fields = {}) {
  const email = `customer${++made}@example.com`;
  return call(customers, 'Create', { email, name: 'Ada', ...fields });
}
