// What the browser tests share: the real server, a real browser, and the words
// for what a person does with the chat.
import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {after, afterEach, before, beforeEach} from 'node:test';

import {chromium} from 'playwright-core';

import {binary, Serving} from '../serving.mjs';

export {binary};
export const chromiumPath = process.env.CHROMIUM || '/usr/bin/chromium';
export const OPENING =
    "I'll figure this out on my own, just like I always have.";

const pictures = path.join(path.dirname(binary), 'screenshots');
export function picture(name) {
  mkdirSync(pictures, {recursive: true});
  return path.join(pictures, `${name}.png`);
}

export const BROWSER = {
  executablePath: chromiumPath,
  args: [
    '--no-sandbox', '--disable-gpu', '--no-first-run',
    '--disable-background-networking',
  ],
};
export const launch = (...args) =>
    chromium.launch({...BROWSER, args: [...BROWSER.args, ...args]});

// A folder that is gone after the test.
export function scratch() {
  const folder = mkdtempSync(path.join(tmpdir(), 'nearer-web-'));
  return {
    path: (name) => path.join(folder, name),
    // A browser that was killed may still be writing there.
    remove: () => rmSync(
        folder, {recursive: true, force: true, maxRetries: 20}),
  };
}

export class Server extends Serving {
  constructor(db, ...options) {
    super(db, {options});
  }

  async kill() {
    if (this.process.signalCode) return;
    await this.end('SIGKILL');
  }

  // What it has on record, beginning with the opening.
  async turns({id, token}) {
    const response = await fetch(
        `${this.url}v1/conversations/${id}?limit=500`,
        {headers: {Authorization: `Bearer ${token}`}});
    if (!response.ok) return response.status;
    return (await response.json()).turns;
  }
}

// Other sites: what `pages` has for a path, with that path's headers.
export async function hostSite(pages) {
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url, 'http://x').pathname];
    response.writeHead(page ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      ...page?.headers,
    });
    response.end(page?.html ?? '');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    origin: `http://127.0.0.1:${server.address().port}`,
    pages,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

// What no page may do: throw, break its own policy, or ask other origins.
export function watch(page, ...origins) {
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted ?Type|TrustedHTML/i
            .test(message.text()))
      complaints.push(message.text());
  });
  page.on('request', (request) => {
    const {origin, protocol} = new URL(request.url());
    if (protocol !== 'data:' && !origins.includes(origin))
      complaints.push(`asked ${request.url()}`);
  });
  return complaints;
}

// Waits until `holds`, evaluated in the page, gives a promise of true. Playwright's
// waitForFunction takes any promise for true.
export async function until(page, holds) {
  const end = Date.now() + 10_000;
  while (!await page.evaluate(holds)) {
    assert.ok(Date.now() < end, `never came: ${holds}`);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

// The chat on `page`, as a person meets it.
export function chatOn(page) {
  const chat = {
    page,
    field: page.getByLabel('Your message'),
    log: page.getByRole('log'),
    fromCoach: page.locator('.row.coach'),
    fromMe: page.locator('.row.me'),
    waiting: page.locator('.row.me.waiting'),
    choices: page.locator('.choices button'),
    bar: page.locator('.bar:not([hidden])'),
    announcer: page.locator('[aria-live=polite]'),
    button: (name) => page.getByRole('button', {name}),

    // Waits until the coach has spoken so many times, and no more is to come.
    async answered(times) {
      await page.waitForFunction((n) => {
        for (const {shadowRoot} of document.querySelectorAll(
                 'nearer-chat, nearer-launcher')) {
          if (!shadowRoot?.querySelector('.chat')) continue;
          return shadowRoot.querySelectorAll('.row.coach').length === n &&
              shadowRoot.querySelector('.typing').hidden;
        }
        return false;
      }, times);
    },
    async write(words) {
      await chat.field.fill(words);
      await chat.field.press('Enter');
    },
    async say(words) {
      const times = await chat.fromCoach.count();
      await chat.write(words);
      await chat.answered(times + 1);
    },
    // Who spoke and what, without the tools below.
    transcript: () => page.locator('.row .said').allInnerTexts(),
    keepOnDevice: () => page.getByLabel('on this device').first().check(),
    async about(button) {
      await chat.button('About and privacy').click();
      if (button) await chat.button(button).click();
    },
    async forget() {
      await chat.about('Forget everything…');
      await chat.button('Yes, forget it').click();
    },
    // Everything this page keeps in the browser, by name.
    kept: () => page.evaluate(async () => {
      const all = {};
      for (const {name} of await indexedDB.databases()) {
        const opened = indexedDB.open(name);
        await new Promise((done) => opened.onsuccess = done);
        const table = opened.result.transaction('kept').objectStore('kept');
        const names = table.getAllKeys();
        const values = table.getAll();
        await new Promise((done) => values.onsuccess = done);
        names.result.forEach((key, i) => all[key] = values.result[i]);
        opened.result.close();
      }
      for (const storage of [sessionStorage, localStorage])
        for (const key of Object.keys(storage))
          all[key.split(' ').at(-1)] = JSON.parse(storage.getItem(key));
      return all;
    }),
    key: async () => (await chat.kept()).conversation,
  };
  return chat;
}

// Has the page's browser keep these conversations of the server at `url` as the
// widget keeps them: {tab} in the tab, {device} on the device.
export async function keepKeys(page, url, {tab, device}) {
  await page.goto(`${url}healthz`);
  await page.evaluate(async ({tab, device}) => {
    const base = `${location.origin}/`;
    if (tab)
      sessionStorage.setItem(`nearer ${base} conversation`, JSON.stringify(tab));
    if (!device) return;
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open(`nearer ${base}`, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('kept');
      opening.onerror = reject;
      opening.onsuccess = () => {
        const writing = opening.result.transaction('kept', 'readwrite');
        writing.objectStore('kept').put(device, 'conversation');
        writing.oncomplete = () => {
          opening.result.close();
          resolve();
        };
      };
    });
  }, {tab, device});
}

// What each test of a file that calls freshTalks begins with: a server with an
// empty record, and a browser at its page, where the coach has greeted.
export let browser, folder, server, context, page, chat, complaints;

// `serve` makes the server for a record at a path.
export function freshTalks(serve) {
  before(async () => {
    browser = await launch();
  });
  beforeEach(async () => {
    folder = scratch();
    server = serve(folder.path('record.db'));
    await server.start();
    await visit();
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
    await server.kill();
    folder.remove();
  });
  after(() => browser?.close());
}

// The page once more, in another browser.
export async function visit(options) {
  await context?.close();
  context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  chat = chatOn(page);
  complaints = watch(page, new URL(server.url).origin);
  await page.goto(server.url);
  await chat.answered(1);
}

const axeSource = readFileSync(
    createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// No violation of any rule that axe has, in the state the page is in.
export async function assertAccessible(page, state) {
  if (!await page.evaluate(() => 'axe' in window))
    await page.evaluate(axeSource);
  const {violations, passes} = await page.evaluate(() => axe.run());
  assert.ok(passes.length > 15, `${state}: axe saw nothing`);
  assert.deepEqual(
      violations.map(({id, nodes}) => `${state}: ${id}: ${
          nodes.map(({target, failureSummary}) => `${target} ${failureSummary}`)
              .join('; ')}`),
      []);
}
