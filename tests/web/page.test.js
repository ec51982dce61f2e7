// The page as a person meets it: a real browser, the real server, killed and
// started again in between.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {after, afterEach, before, beforeEach, test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {chromium} from 'playwright-core';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.NEARER || path.join(root, 'build/nearer');
const chromiumPath = process.env.CHROMIUM || '/usr/bin/chromium';
const OPENING = "I'll figure this out on my own, just like I always have.";

// A `nearer serve` that can be killed and started again on its port.
class Server {
  constructor(db) {
    this.db = db;
    this.port = 0;
  }

  async start() {
    this.process = spawn(
        binary,
        ['serve', '--listen', `127.0.0.1:${this.port}`, '--db', this.db],
        {stdio: ['ignore', 'pipe', 'inherit']});
    for await (const line of createInterface({input: this.process.stdout})) {
      const at = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(line);
      if (!at) continue;
      this.port = Number(at[1]);
      return;
    }
    throw new Error(`${binary} did not start`);
  }

  get url() {
    return `http://127.0.0.1:${this.port}/`;
  }

  async kill() {
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }
}

let browser, folder, server, context, page, complaints;

before(async () => {
  browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox', '--disable-gpu', '--no-first-run',
      '--disable-background-networking',
    ],
  });
});

after(() => browser?.close());

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nearer-web-'));
  server = new Server(path.join(folder, 'record.db'));
  await server.start();
  await visit({});
});

afterEach(async () => {
  await context.close();
  await server.kill();
  rmSync(folder, {recursive: true});
});

async function visit(options) {
  await context?.close();
  context = await browser.newContext(options);
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text()))
      complaints.push(message.text());
  });
  await page.goto(server.url);
  await answered(1);
}

const field = () => page.getByLabel('Your message');
const fromCoach = () => page.locator('#log .coach');
const fromMe = () => page.locator('#log .me');
const choices = () => page.locator('#choices button');

// Waits until the coach has spoken so many times, and no more is to come.
async function answered(times) {
  await page.waitForFunction(
      (n) => document.querySelectorAll('#log .coach').length === n &&
          document.getElementById('typing').hidden,
      times);
}

async function say(words) {
  const times = await fromCoach().count();
  await field().fill(words);
  await field().press('Enter');
  await answered(times + 1);
}

const transcript = () => page.locator('#log .said').allInnerTexts();
const stored = () => page.evaluate(() => localStorage.length);

test('it says at first contact what it is, and is answered', async () => {
  const text = await page.locator('main').innerText();
  for (const plain of [
    /program, not a person/, /not therapy/, /no diagnosis/, /[Nn]obody reads/,
    /cannot call for help/,
  ]) {
    assert.match(text, plain);
  }
  await say(OPENING);
  assert.equal(await fromMe().count(), 1);
  assert.match(await fromMe().innerText(), /just like I always have/);
  assert.ok((await fromCoach().last().innerText()).length > 20);
  assert.equal(await field().inputValue(), '');
  assert.deepEqual(complaints, []);
});

test('killed and started again, the server and the page go on', async () => {
  await say(OPENING);
  await say('It started when I was a kid, I think.');
  const before = await transcript();

  await server.kill();
  await server.start();
  await page.reload();
  await answered(3);
  assert.deepEqual(await transcript(), before);

  await say('Maybe it kept me safe.');
  assert.equal(await fromMe().count(), 3);
  assert.deepEqual(complaints, []);
});

test('nothing is kept on the device until something was said', async () => {
  assert.equal(await stored(), 0);
  const greeting = await transcript();
  await page.reload();
  await answered(1);
  assert.deepEqual(await transcript(), greeting);
  assert.equal(await stored(), 0);
  await say(OPENING);
  assert.equal(await stored(), 1);
});

test('what cannot be sent is kept, said in words, and sent once', async () => {
  await say(OPENING);
  await server.kill();
  await field().fill('Is anybody there?');
  await field().press('Enter');
  const notice = page.getByRole('status');
  await notice.waitFor();
  assert.match(await notice.innerText(), /cannot be reached.*kept here/i);
  assert.equal(await fromMe().count(), 2);
  assert.equal(await fromCoach().count(), 2);

  await server.start();
  await notice.getByRole('button', {name: 'Try again'}).click();
  await answered(3);
  await page.reload();
  await answered(3);
  assert.equal(await fromMe().count(), 2);
});

test('a reply that got lost on its way is not a second turn', async () => {
  await say(OPENING);
  let lost = 0;
  await page.route('**/turns', async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();  // the server hears it and records it
    await route.abort('connectionreset');
  });
  await field().fill('Only once.');
  await field().press('Enter');
  await page.getByRole('button', {name: 'Try again'}).click();
  await answered(3);
  await page.reload();
  await answered(3);
  assert.equal(await fromMe().count(), 2);
});

test('a page closed before the answer came sends it again, once', async () => {
  await say(OPENING);
  await page.route('**/turns', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await field().fill('And then?');
  await field().press('Enter');
  await page.getByRole('status').waitFor();
  await page.unrouteAll();
  await page.reload();
  await answered(3);
  assert.equal(await fromMe().count(), 2);
});

test('a choice is an answer', async () => {
  const first = await choices().first().innerText();
  await choices().first().click();
  await answered(2);
  assert.match(await fromMe().last().innerText(), new RegExp(first.slice(0, 9)));
});

test('everything can be done with the keyboard', async () => {
  await page.keyboard.type('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('and a second');
  await page.keyboard.press('Enter');
  await answered(2);
  assert.match(await fromMe().innerText(), /First line\nand a second/);

  // Backwards from the field: the choices, then the button of the header.
  await say(OPENING);
  const reached = [];
  for (let i = 0; i < 12; ++i) {
    await page.keyboard.press('Shift+Tab');
    reached.push(await page.evaluate(() => document.activeElement.id));
    if (reached.at(-1) === 'help-button') break;
  }
  assert.equal(reached.at(-1), 'help-button');
  await page.keyboard.press('Enter');
  assert.ok(await page.getByRole('dialog').isVisible());
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('dialog').count(), 0);
});

test('a conversation can be forgotten, here and on the server', async () => {
  await say(OPENING);
  const kept = await page.evaluate(
      () => JSON.parse(Object.values(localStorage)[0]));
  await page.getByRole('button', {name: /About/}).click();
  await page.getByRole('button', {name: 'Forget this conversation'}).click();
  await page.getByRole('button', {name: 'Yes, forget it'}).click();
  await page.getByText('It is forgotten').waitFor();
  await answered(1);
  assert.equal(await fromMe().count(), 0);
  assert.equal(await stored(), 0);
  const response = await fetch(
      `${server.url}v1/conversations/${kept.id}`,
      {headers: {Authorization: `Bearer ${kept.token}`}});
  assert.equal(response.status, 404);
});

test('a conversation that is gone is replaced, and the words are kept', async () => {
  await say(OPENING);
  await page.evaluate(() => {
    const {id, token} = JSON.parse(Object.values(localStorage)[0]);
    return fetch(`/v1/conversations/${id}`, {
      method: 'DELETE', headers: {Authorization: `Bearer ${token}`},
    });
  });
  await field().fill('Where were we?');
  await field().press('Enter');
  await page.getByText('no longer on the server').waitFor();
  await answered(1);
  assert.equal(await field().inputValue(), 'Where were we?');
});

test('what a person writes is shown as text and nothing else', async () => {
  await say('<img src=x onerror="document.title=1"> & <b>bold</b>');
  assert.match(await fromMe().innerText(), /<img src=x/);
  assert.equal(await page.title(), 'nearer');
  assert.equal(await page.locator('#log .me img, #log .me p b').count(), 0);
});

test('where help is to be had stays in view after danger was heard', async () => {
  await say('I want to kill myself');
  const help = page.getByLabel('Where to find help now');
  assert.ok(await help.isVisible());
  assert.ok((await help.innerText()).length > 10);
  await page.reload();
  await answered(2);
  assert.ok(await help.isVisible());
});

test('it fits a narrow phone, in the dark, with much text', async () => {
  await visit({
    viewport: {width: 320, height: 568},
    colorScheme: 'dark',
    reducedMotion: 'reduce',
    hasTouch: true,
    isMobile: true,
  });
  await say('Well. '.repeat(120) + 'x'.repeat(200));
  const widths = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth,
    main: document.querySelector('main').scrollWidth -
        document.querySelector('main').clientWidth,
  }));
  assert.equal(widths.page, 320);
  assert.equal(widths.main, 0);
  const send = await page.getByRole('button', {name: 'Send'}).boundingBox();
  assert.ok(send.x + send.width <= 320 && send.y + send.height <= 568);
  assert.ok(send.width >= 44 && send.height >= 44);
});
