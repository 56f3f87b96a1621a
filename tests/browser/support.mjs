// Starting the program with the demo's data, and the browser that looks at it.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
export const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const root = new URL('../..', import.meta.url).pathname;
export const program = process.env.FORENOTICE ?? join(root, 'target/debug/forenotice');
export const executablePath = process.env.CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium']).toString().trim();
export const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

export async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'forenotice-browser-'));
  const base = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(program, ['serve', '--demo', '--data', folder, '--listen', base.slice(7)], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (text) => { log += text; });
  for (let tries = 0; ; tries += 1) {
    if (await fetch(`${base}/readyz`).then((r) => r.ok, () => false)) break;
    assert.ok(tries < 120 && server.exitCode === null, `the server did not start:\n${log}`);
    await new Promise((r) => setTimeout(r, 250));
  }
  return { base, folder, stop: () => { server.kill('SIGTERM'); rmSync(folder, { recursive: true, force: true }); } };
}

// One accessibility check of a page (WCAG 2.2 AA).
export async function assertAccessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }));
  const found = violations.map((v) => `${v.id}: ${v.help} at ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`);
  assert.deepEqual(found, [], `accessibility of ${page.url()}`);
}
