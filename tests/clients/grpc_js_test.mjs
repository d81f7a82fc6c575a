// The quickstart's unary methods through @grpc/grpc-js, and every refusal with
// its details.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  call, createCustomer, drain, grpc, refused, soon, startShop, thrown, TIMEOUT,
  violates,
} from './shop_client.mjs';

let shop, customers, orders;

before(async () => {
  shop = await startShop();
  ({ customers, orders } = shop);
}, TIMEOUT);

after(() => shop?.stop(), TIMEOUT);

const create = (fields) => createCustomer(customers, fields);

describe('customers', TIMEOUT, () => {
  test('Create gives the id and the time, whatever is sent', async () => {
    const start = Date.now();
    const created = await create({
      id: 4711, name: 'Zoë 🐘', phone: '',
      create_time: { seconds: 1, nanos: 2 },
    });
    assert.notEqual(created.id, '4711');
    assert.equal(created.name, 'Zoë 🐘');
    assert.equal(created.phone, '');
    const time = created.create_time;
    const milliseconds = Number(time.seconds) * 1000 + time.nanos / 1e6;
    assert.ok(Math.abs(milliseconds - start) < 30_000, milliseconds);
    assert.equal(time.nanos % 1000, 0);
    assert.deepEqual(await call(customers, 'Retrieve', { id: created.id }),
                     created);
  });

  test('an optional field that is not set stays absent', async () => {
    const created = await create();
    assert.ok(!Object.hasOwn(created, 'phone'));
  });

  test('Update writes what the mask names, or everything', async () => {
    const created = await create({ phone: '1' });
    const masked = await call(customers, 'Update', {
      customer: { id: created.id, name: 'Grace', phone: '2' },
      update_mask: { paths: ['name'] },
    });
    assert.deepEqual(masked, { ...created, name: 'Grace' });
    const { _phone, phone, ...kept } = created;
    const whole = await call(customers, 'Update', {
      customer: { id: created.id, email: created.email,
                  create_time: { seconds: 1 } },
    });
    assert.deepEqual(whole, { ...kept, name: '' });  // without a phone
    assert.deepEqual(await call(customers, 'Retrieve', { id: created.id }),
                     whole);
  });

  test('Destroy, and it is gone', async () => {
    const { id } = await create();
    assert.deepEqual(await call(customers, 'Destroy', { id }), {});
    for (const method of ['Retrieve', 'Destroy']) {
      const status = await refused(call(customers, method, { id }), 'NOT_FOUND',
                                   `Customer: ${id} not found!`);
      assert.equal(status.ResourceInfo.resourceType, 'Customer');
      assert.equal(status.ResourceInfo.resourceName, id);
    }
    const customer = { id, email: 'a@b.de' };
    await refused(call(customers, 'Update', { customer }), 'NOT_FOUND',
                  `Customer: ${id} not found!`);
  });

  test('calls at the same time get rows of their own', async () => {
    const created = await Promise.all(
        Array.from({ length: 200 }, () => create()));
    assert.equal(new Set(created.map(({ id }) => id)).size, 200);
  });

  test('pages, the newest first, to the end', async () => {
    for (let i = 0; i < 5; ++i) await create();
    const expected = await drain(
        customers.Stream({}, new grpc.Metadata(), soon()));
    const listed = [];
    const sizes = [];
    let page_token = '';
    do {
      const page =
          await call(customers, 'List', { page_size: 30, page_token });
      assert.equal(page.total_size, expected.length);
      sizes.push(page.customers.length);
      listed.push(...page.customers);
      page_token = page.next_page_token;
    } while (page_token);
    assert.deepEqual(listed, expected);
    assert.ok(sizes.length > 5);
    assert.ok(sizes.slice(0, -1).every((size) => size === 30), sizes);
    const age = ({ create_time: t }) => Number(t.seconds) * 1e6 + t.nanos / 1e3;
    const ages = listed.map(age);
    assert.deepEqual(ages, [...ages].sort((a, b) => b - a));
  });

  test('List filters by a column', async () => {
    const created = await create();
    const { customers: found } =
        await call(customers, 'List', { email: created.email });
    assert.deepEqual(found, [created]);
    const none = await call(customers, 'List', { email: 'nobody@example.com' });
    assert.deepEqual(none,
                     { customers: [], next_page_token: '', total_size: 0 });
  });
});

describe('orders', TIMEOUT, () => {
  test('a life', async () => {
    const { id: customer_id } = await create();
    const lines = [{ article: 'tea "日本"', quantity: 2 },
                   { article: '', quantity: -2147483648 }];
    const created = await call(
        orders, 'Create',
        { customer_id, total: '12345678901234567890.1', lines, state: 'PAID' });
    assert.equal(created.state, 'OPEN');
    assert.equal(created.total, '12345678901234567890.1');
    assert.deepEqual(created.lines, lines);
    assert.deepEqual(created.update_time, created.create_time);

    const { id } = created;
    const paid = await call(orders, 'Pay', { id });
    assert.equal(paid.state, 'PAID');
    assert.deepEqual(await call(orders, 'Retrieve', { id }), paid);
    await refused(call(orders, 'Pay', { id }), 'FAILED_PRECONDITION',
                  'Only an open order can be paid.');

    assert.deepEqual((await call(orders, 'List', { customer_id })).orders,
                     [paid]);
    assert.deepEqual(await call(orders, 'Destroy', { id }), {});
    assert.deepEqual((await call(orders, 'List', { customer_id })).orders, []);
  });

  test('go with their customer', async () => {
    const { id: customer_id } = await create();
    const { id } = await call(orders, 'Create',
                              { customer_id, total: '1', lines: [{}] });
    await call(customers, 'Destroy', { id: customer_id });
    await refused(call(orders, 'Retrieve', { id }), 'NOT_FOUND',
                  `Order: ${id} not found!`);
  });
});

describe('refusals', TIMEOUT, () => {
  test('all faults of a request at once', () => violates(
      call(customers, 'Create', { email: 'nonsense', name: 'x'.repeat(101) }),
      ['email', 'Enter a valid email address.'],
      ['name', 'Ensure this field has no more than 100 characters.']));

  test('blank and missing', async () => {
    await violates(call(customers, 'Create', {}),
                   ['email', 'This field may not be blank.']);
    await violates(call(customers, 'Update', {}),
                   ['customer', 'This field is required.']);
    await violates(call(orders, 'Create', { total: 'a lot' }),
                   ['customer_id', 'This field is required.'],
                   ['total', 'A valid number is required.']);
  });

  test('a value that is taken', async () => {
    const { email } = await create();
    const status = await refused(
        create({ email }), 'ALREADY_EXISTS',
        'customer with this email already exists.');
    assert.equal(status.BadRequest.fieldViolations[0].field, 'email');
    assert.equal(status.ResourceInfo.resourceType, 'Customer');
  });

  test('a key of nothing', () => violates(
      call(orders, 'Create', { customer_id: 999999, total: '1', lines: [{}] }),
      ['customer_id', 'Invalid pk "999999" - object does not exist.']));

  test('what a hook refuses is not written', async () => {
    const { id: customer_id } = await create();
    await refused(call(orders, 'Create', { customer_id, total: '1' }),
                  'INVALID_ARGUMENT', 'An order needs at least one line.');
    assert.deepEqual((await call(orders, 'List', { customer_id })).orders, []);
  });

  test('paths, sizes and tokens of nobody', async () => {
    await violates(call(customers, 'Update', {
      customer: { id: 1 }, update_mask: { paths: ['name', 'shoes'] },
    }), ['update_mask', '"shoes" is no field of Customer.']);
    await violates(call(customers, 'List', { page_size: -1 }),
                   ['page_size',
                    'Ensure this value is greater than or equal to 0.']);
    const error = await thrown(call(customers, 'List', { page_token: 'x' }));
    assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
    const [{ field }] = error.status.BadRequest.fieldViolations;
    assert.equal(field, 'page_token');
  });
});
