// What the tests of this folder share: the npm packages and the server under
// test.
//
// The packages lie in the build folder, which NODE_MODULES names: ctest sets it,
// QUICKSTART, the server's program, and for PostgreSQL TEST_POSTGRES. Without the packages a test is skipped,
// but not in CI.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const SKIPPED = 77;  // ctest's SKIP_RETURN_CODE
const START_MS = 20_000;
const STOP_MS = 20_000;

const root = fileURLToPath(new URL('../../', import.meta.url));
export const nodeModules = process.env.NODE_MODULES ?? '';
const requirePackage = createRequire(path.join(nodeModules, 'x'));

// Loads an npm package, or ends the process as skipped.
export function load(name) {
  try {
    return requirePackage(name);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    skip(`the npm package ${name} is not in "${nodeModules}"; ` +
         `run scripts/install_clients.sh ${path.dirname(nodeModules)}`);
  }
}

function skip(reason) {
  console.log(`SKIPPED: ${reason}`);
  process.exit(process.env.CI ? 1 : SKIPPED);
}

export const protoPaths =
    [path.join(root, 'examples/quickstart'), path.join(root, 'protos')];

// The path of a program of an npm package.
export function program(packageName, name) {
  load(`${packageName}/package.json`);
  return path.join(nodeModules, '.bin', name);
}

// The url of a new database on a PostgreSQL server, which TEST_POSTGRES starts
// and which ends with this process; ends that as skipped when there is none.
async function postgresUrl() {
  const postgres = spawn(process.env.TEST_POSTGRES, [],
                         { stdio: ['pipe', 'pipe', 'inherit'] });
  // Its input ends with this process, and it with that.
  postgres.unref();
  postgres.stdin.write('\n');
  const lines = readline.createInterface({ input: postgres.stdout });
  const url = await within(START_MS, "PostgreSQL's start", Promise.race([
    new Promise((resolve) => { lines.once('line', resolve); }),
    new Promise((resolve) => { postgres.once('exit', resolve); }),
  ]));
  if (typeof url !== 'string') process.exit(url ?? 1);
  for (const stream of [postgres.stdin, postgres.stdout]) stream.unref();
  return url;
}

// Starts the quickstart over a new database: SQLite's, or PostgreSQL's where
// TEST_POSTGRES is set. `address` is host:port; `stop` ends it by SIGTERM and
// fails unless it exits with 0.
export async function startServer() {
  const folder = mkdtempSync(path.join(tmpdir(), 'clients-'));
  const quickstart = process.env.QUICKSTART;
  const url = process.env.TEST_POSTGRES ?
      await postgresUrl() : `sqlite:${path.join(folder, 'shop.db')}`;
  const database = `--database=${url}`;
  const made = spawnSync(quickstart, ['migrate', database],
                         { encoding: 'utf8', timeout: START_MS });
  if (made.status !== 0) throw new Error(`migrate failed: ${made.stderr}`);

  const server = spawn(quickstart,
                       ['serve', database, '--address=127.0.0.1:0'],
                       { stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => server.kill('SIGKILL'));
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text) => { log += text; });
  const exited = new Promise((resolve) => {
    server.once('exit', (code, signal) => resolve(signal ?? code));
  });
  const listening = new Promise((resolve) => {
    readline.createInterface({ input: server.stdout })
        .on('line', (line) => resolve(line.replace('listening on ', '')));
  });
  const address = await within(START_MS, 'the start', Promise.race([
    listening,
    exited.then((code) => {
      throw new Error(`the server ended with ${code}\n${log}`);
    }),
  ]));

  return {
    address,
    log: () => log,
    async stop() {
      server.kill('SIGTERM');
      const code = await within(STOP_MS, 'the stop', exited);
      rmSync(folder, { recursive: true });
      if (code !== 0) throw new Error(`the server exited with ${code}\n${log}`);
    },
  };
}

// Fails when `promise` takes longer.
function within(milliseconds, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
        () => reject(new Error(`${what} takes too long`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
