#!/usr/bin/env node
// Calls the shop and the greeter, and prints what they answer and refuse.
//
//   walk.js SHOP GREETER        walk.js 127.0.0.1:50051 127.0.0.1:50052
'use strict';

const path = require('node:path');

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const { refusalOf } = require('./refusal.js');

// Every call has a deadline: without one it waits for ever.
const MILLISECONDS = 10_000;

const examples = path.join(__dirname, '../..');
const { shop, greeter } = grpc.loadPackageDefinition(
    loader.loadSync(['shop.proto', 'greeter.proto'], {
      includeDirs: [
        path.join(examples, 'quickstart'), path.join(examples, 'greeter'),
        path.join(examples, '../protos'),
      ],
      keepCase: true, longs: String, enums: String, defaults: true,
    }));

const soon = () => ({ deadline: Date.now() + MILLISECONDS });

// The reply of a unary call; a refusal is thrown.
function call(client, method, request) {
  return new Promise((resolve, reject) => {
    client[method](request, soon(), (error, reply) => {
      if (error) reject(error);
      else resolve(reply);
    });
  });
}

function show(refused) {
  console.log(`${grpc.status[refused.code]}: ${refused.message}`);
  if (refused.reason) console.log(`  reason ${refused.reason}`);
  for (const [field, fault] of refused.faults) {
    console.log(`  ${field}: ${fault}`);
  }
  if (refused.resource) {
    console.log(`  of ${refused.resource.filter(Boolean).join(' ')}`);
  }
  for (const [subject] of refused.quotas) console.log(`  ${subject}`);
  if (refused.retryDelay !== null) {
    console.log(`  again in ${Math.ceil(refused.retryDelay)} s`);
  }
}

async function walkThroughTheShop(address) {
  const credentials = grpc.credentials.createInsecure();
  const customers = new shop.CustomerService(address, credentials);
  const orders = new shop.OrderService(address, credentials);
  for (const email of ['ada@example.com', 'grace@example.com',
                       'ada@example.com', 'nonsense']) {
    try {
      const made = await call(customers, 'Create', { email });
      console.log(`customer ${made.id} is ${made.email}`);
    } catch (error) {
      show(refusalOf(error));
    }
  }
  try {
    await call(orders, 'Create', { total: 'a lot' });
  } catch (error) {
    show(refusalOf(error));
  }
  try {
    await call(customers, 'Retrieve', { id: 99 });
  } catch (error) {
    show(refusalOf(error));
  }
  // Page after page.
  let token = '';
  do {
    const page = await call(
        customers, 'List', { page_size: 1, page_token: token });
    for (const { email } of page.customers) console.log(`listed ${email}`);
    token = page.next_page_token;
  } while (token !== '');
  customers.close();
  orders.close();
}

async function walkToTheGreeter(address) {
  const client = new greeter.Greeter(
      address, grpc.credentials.createInsecure());
  try {
    while (true) {
      const messages = [];
      const replies = client.SayHelloInEveryLanguage({ name: 'ann' }, soon());
      for await (const { message } of replies) messages.push(message);
      console.log(messages.join(' '));
    }
  } catch (error) {
    show(refusalOf(error));
  }
  client.close();
}

async function main() {
  if (process.argv.length !== 4) {
    console.error('usage: walk.js SHOP GREETER');
    process.exit(1);
  }
  const [shopAddress, greeterAddress] = process.argv.slice(2);
  await walkThroughTheShop(shopAddress);
  await walkToTheGreeter(greeterAddress);
}

main();
