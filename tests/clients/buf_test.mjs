// The quickstart through `buf curl`, which knows nothing of it but what server
// reflection tells.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { decodeDetail } from './details.mjs';
import { program, startServer } from './harness.mjs';

const buf = program('@bufbuild/buf', 'buf');
const TIMEOUT = { timeout: 120_000 };

let server, home;

before(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'buf-'));
  server = await startServer();
}, TIMEOUT);

after(async () => {
  rmSync(home, { recursive: true });
  await server?.stop();
}, TIMEOUT);

function curl(method, request, ...flags) {
  const command = ['curl', '--http2-prior-knowledge', '--protocol', 'grpc',
                   '-d', JSON.stringify(request), ...flags,
                   `http://${server.address}/shop.${method}`];
  const options = {
    timeout: 30_000, env: { ...process.env, HOME: home, XDG_CACHE_HOME: home },
  };
  return new Promise((resolve, reject) => {
    execFile(buf, command, options, (error, stdout, stderr) => {
      if (error?.killed) return reject(new Error(`buf hangs: ${stderr}`));
      resolve({ exit: error?.code ?? 0, stdout, stderr });
    });
  });
}

async function answer(method, request, ...flags) {
  const { exit, stdout, stderr } = await curl(method, request, ...flags);
  assert.equal(exit, 0, stderr);
  return JSON.parse(stdout);
}

// The refusal in Connect's JSON, its details decoded. buf exits with eight
// times gRPC's code.
async function refused(method, request) {
  const { exit, stdout, stderr } = await curl(method, request);
  assert.equal(stdout, '');
  const error = JSON.parse(stderr);
  const details = {};
  for (const { type, value } of error.details) {
    details[type.replace('google.rpc.', '')] =
        decodeDetail(type, Buffer.from(value, 'base64'));
  }
  return { code: exit / 8, name: error.code, message: error.message, details };
}

describe('buf curl', TIMEOUT, () => {
  test('Create, Retrieve, Update, List, Destroy', async () => {
    const created = await answer(
        'CustomerService/Create',
        { email: 'ada@example.com', name: 'Ada', id: '77' });
    assert.match(created.createTime, /^20\d\d-.*Z$/);
    assert.deepEqual(created, {
      id: '1', email: 'ada@example.com', name: 'Ada',
      createTime: created.createTime,
    });
    assert.deepEqual(await answer('CustomerService/Retrieve', { id: 1 }),
                     created);

    const updated = await answer(
        'CustomerService/Update',
        { customer: { id: 1, phone: '' }, updateMask: 'phone' });
    assert.deepEqual(updated, { ...created, phone: '' });

    const other = await answer('CustomerService/Create',
                               { email: 'grace@example.com' });
    const page = await answer('CustomerService/List', { pageSize: 1 });
    assert.deepEqual(page.customers, [other]);
    assert.equal(page.totalSize, 2);
    assert.deepEqual(
        await answer('CustomerService/List',
                     { pageSize: 1, pageToken: page.nextPageToken }),
        { customers: [updated], totalSize: 2 });

    const { exit, stdout } = await curl('CustomerService/Stream', {});
    assert.equal(exit, 0);
    assert.deepEqual(JSON.parse(`[${stdout.replace(/}\s*{/g, '},{')}]`),
                     [other, updated]);

    assert.deepEqual(await answer('CustomerService/Destroy', { id: 2 }), {});
    assert.deepEqual(await answer('CustomerService/List', {}),
                     { customers: [updated], totalSize: 1 });
  });

  test('an enum and messages in a column', async () => {
    const { id: customerId } = await answer(
        'CustomerService/Create', { email: 'order@example.com' });
    const created = await answer('OrderService/Create', {
      customerId, total: '19.90', lines: [{ article: 'tea', quantity: 2 }],
    });
    assert.equal(created.state, 'OPEN');
    assert.deepEqual(created.lines, [{ article: 'tea', quantity: 2 }]);
    const paid = await answer('OrderService/Pay', { id: created.id });
    assert.deepEqual(paid, { ...created, state: 'PAID',
                             updateTime: paid.updateTime });
  });

  test('details of a refusal', async () => {
    const wrong = await refused('OrderService/Create', { total: 'a lot' });
    assert.deepEqual(
        { ...wrong, details: wrong.details.BadRequest.fieldViolations }, {
          code: 3,
          name: 'invalid_argument',
          message: 'customer_id: This field is required. ' +
              'total: A valid number is required.',
          details: [
            {
              field: 'customer_id', description: 'This field is required.',
              reason: 'REQUIRED',
            },
            {
              field: 'total', description: 'A valid number is required.',
              reason: 'NUMBER',
            },
          ],
        });
    assert.equal(wrong.details.ErrorInfo.reason, 'INVALID_ARGUMENT');

    const missing = await refused('CustomerService/Retrieve', { id: '99' });
    assert.equal(missing.code, 5);
    assert.equal(missing.name, 'not_found');
    assert.equal(missing.message, 'Customer: 99 not found!');
    assert.deepEqual(missing.details.ResourceInfo, {
      resourceType: 'Customer', resourceName: '99',
      description: 'Customer: 99 not found!',
    });
  });
});
