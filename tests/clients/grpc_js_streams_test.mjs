// Streams through @grpc/grpc-js, and what clients do midway: deadlines,
// cancelling, requests that are too large or for nobody.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  call, createCustomer, drain, grpc, soon, startShop, thrown, TIMEOUT,
} from './shop_client.mjs';

// More rows than fit into HTTP/2's windows: a client that does not read stops
// the server in the middle.
const ROWS = 3000;

let shop, customers;

before(async () => {
  shop = await startShop();
  customers = shop.customers;
  const name = 'x'.repeat(100);
  // A server runs 1,000 calls at a time.
  for (let made = 0; made < ROWS; made += 500) {
    await Promise.all(
        Array.from({ length: 500 }, () => createCustomer(customers, { name })));
  }
}, TIMEOUT);

// That it exits with 0, and soon, shows that no call was left behind.
after(async () => {
  const start = Date.now();
  await shop?.stop();
  assert.ok(Date.now() - start < 10_000);
}, TIMEOUT);

const stream = (options = soon()) =>
    customers.Stream({}, new grpc.Metadata(), options);

// Reads one message and leaves the others to wait.
function readOne(rows) {
  return new Promise((resolve, reject) => {
    rows.once('data', (row) => { rows.pause(); resolve(row); });
    rows.once('error', reject);
  });
}

// The code that a stream ends with.
function ending(rows) {
  return new Promise((resolve) => {
    rows.once('error', ({ code }) => resolve(code));
    rows.once('end', () => resolve(grpc.status.OK));
  });
}

async function serves() {
  const { total_size } = await call(customers, 'List', { page_size: 1 });
  assert.equal(total_size, ROWS);
}

describe('streams', TIMEOUT, () => {
  test('every row once, in order', async () => {
    const rows = await drain(stream());
    assert.equal(rows.length, ROWS);
    assert.equal(new Set(rows.map(({ id }) => id)).size, ROWS);
    const age = ({ create_time: t }) => Number(t.seconds) * 1e6 + t.nanos / 1e3;
    const ages = rows.map(age);
    assert.deepEqual(ages, [...ages].sort((a, b) => b - a));
  });

  test('several at once, while others write', async () => {
    const extra = createCustomer(customers, { name: 'extra' });
    const all = await Promise.all(
        Array.from({ length: 8 }, () => drain(stream())));
    for (const rows of all) {
      assert.ok(rows.length === ROWS || rows.length === ROWS + 1);
    }
    await call(customers, 'Destroy', { id: (await extra).id });
  });

  test('a slow reader gets all rows of the moment it asked', async () => {
    const rows = stream();
    const first = await readOne(rows);
    const extra = await createCustomer(customers, { name: 'later' });
    const rest = await drain(rows);
    const ids = [first, ...rest].map(({ id }) => id);
    assert.equal(new Set(ids).size, ROWS);
    assert.ok(!ids.includes(extra.id));
    await call(customers, 'Destroy', { id: extra.id });
  });

  test('cancelled midway', async () => {
    for (let i = 0; i < 50; ++i) {
      const rows = stream();
      const code = ending(rows);
      await readOne(rows);
      rows.cancel();
      rows.resume();
      assert.equal(await code, grpc.status.CANCELLED);
    }
    await serves();
  });

  test('a deadline midway', async () => {
    const rows = stream({ deadline: Date.now() + 1000 });
    const code = ending(rows);
    await readOne(rows);
    await new Promise((resolve) => { setTimeout(resolve, 1500); });
    rows.resume();
    assert.equal(await code, grpc.status.DEADLINE_EXCEEDED);
    await serves();
  });
});

describe('calls', TIMEOUT, () => {
  test('a deadline that is over', async () => {
    const error = await thrown(call(
        customers, 'List', {}, { deadline: Date.now() - 1 }));
    assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED);
    await serves();
  });

  test('cancelled at once, a hundred times', async () => {
    const codes = await Promise.all(Array.from({ length: 100 }, () => (
      new Promise((resolve) => {
        const sent = customers.List({ page_size: 1000 }, (error) => {
          resolve(error?.code ?? grpc.status.OK);
        });
        setImmediate(() => sent.cancel());
      }))));
    for (const code of codes) {
      assert.ok([grpc.status.OK, grpc.status.CANCELLED].includes(code), code);
    }
    await serves();
  });

  test('a request that is too large', async () => {
    const error = await thrown(
        createCustomer(customers, { name: 'x'.repeat(5 << 20) }));
    assert.equal(error.code, grpc.status.RESOURCE_EXHAUSTED);
    await serves();
  });

  // The bytes of a reply to a request of these bytes.
  const raw = (path, bytes) => new Promise((resolve, reject) => {
    customers.makeUnaryRequest(
        path, (x) => x, (x) => x, Buffer.from(bytes), new grpc.Metadata(),
        soon(), (error, reply) => (error ? reject(error) : resolve(reply)));
  });

  test('bytes that are no message', async () => {
    for (const method of ['Create', 'Retrieve', 'List', 'Update', 'Destroy']) {
      const error = await thrown(
          raw(`/shop.CustomerService/${method}`, [0xff, 0xff]));
      assert.equal(error.code, grpc.status.INVALID_ARGUMENT, method);
    }
    // A string field that is not UTF-8.
    const error = await thrown(
        raw('/shop.CustomerService/Create', [0x12, 0x02, 0xc3, 0x28]));
    assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
    await serves();
  });

  test('a method and a service that are not there', async () => {
    for (const path of ['/shop.CustomerService/Sing', '/shop.Nobody/List']) {
      const error = await thrown(raw(path, []));
      assert.equal(error.code, grpc.status.UNIMPLEMENTED);
    }
  });

  test('health', async () => {
    const reply = await raw('/grpc.health.v1.Health/Check', []);
    assert.deepEqual([...reply], [0x08, 1]);  // status: SERVING
  });
});
