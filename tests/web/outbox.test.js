// Never a word lost: offline, cut connections, closed and killed browsers,
// several tabs. What counts is what the server has on record in the end.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import net from 'node:net';
import {createInterface} from 'node:readline';
import {test} from 'node:test';

import {chromium} from 'playwright-core';

import {
  BROWSER,
  chat,
  chatOn,
  chromiumPath,
  complaints,
  context,
  folder,
  freshTalks,
  OPENING,
  page,
  Server,
  server,
  until,
} from './nearer.js';

freshTalks((db) => new Server(db, '--no-limits'));

const said = async (key) =>
    (await server.turns(key)).slice(1).map(({text}) => text);

// What the log shows, as the server would have it.
const shown = (turns) => turns.flatMap(
    ({text, messages}) =>
        [...(text === undefined ? [] : [`You: ${text}`]),
         `Coach: ${messages.join('')}`]);
const plain = async (chat) =>
    (await chat.page.locator('.row .said').allTextContents());

test('offline it says so, keeps what is written and sends it in order', async () => {
  await chat.say(OPENING);
  await context.setOffline(true);
  await chat.write('One.');
  await chat.write('Two.');
  await chat.write('Three.');
  await chat.field.fill('Not yet');
  assert.match(
      await chat.bar.innerText(), /offline.*kept.*in order.*emergency number/);
  assert.equal(await chat.waiting.count(), 3);
  assert.equal((await said(await chat.key())).length, 1);

  await context.setOffline(false);
  await chat.answered(5);
  assert.equal(await chat.bar.count(), 0);
  assert.deepEqual(
      await said(await chat.key()), [OPENING, 'One.', 'Two.', 'Three.']);
  assert.equal(await chat.field.inputValue(), 'Not yet');
  assert.deepEqual(complaints, []);
});

test('the very first message may be written offline', async () => {
  await context.setOffline(true);
  await chat.keepOnDevice();
  await chat.write(OPENING);
  await chat.waiting.waitFor();
  await context.setOffline(false);
  await chat.answered(2);
  assert.deepEqual(await said(await chat.key()), [OPENING]);
});

test('while the server is away it is said in words, and tried again', async () => {
  await chat.say(OPENING);
  await server.kill();
  await chat.write('Is anybody there?');
  await chat.button('Try again now').waitFor();
  assert.match(await chat.bar.innerText(), /cannot be reached.*kept/);
  assert.equal(await chat.fromMe.count(), 2);
  await server.start();
  await chat.button('Try again now').click().catch(() => {});
  await chat.answered(3);
  assert.deepEqual(
      await said(await chat.key()), [OPENING, 'Is anybody there?']);
});

test('a reload loses neither what waits nor the draft', async () => {
  await chat.say(OPENING);
  await server.kill();
  await chat.write('First.');
  await chat.write('Second.');
  await chat.field.fill('and a thought');
  await chat.field.blur();
  await page.waitForFunction(
      () => Object.keys(sessionStorage).some((key) => key.endsWith('draft')));
  await server.start();
  await page.reload();
  await chat.answered(4);
  assert.deepEqual(
      await said(await chat.key()), [OPENING, 'First.', 'Second.']);
  assert.equal(await chat.field.inputValue(), 'and a thought');
});

test('history is back from the local copy before the server answers', async () => {
  await chat.say(OPENING);
  await chat.say('It started when I was a kid.');
  const before = await chat.transcript();
  await page.route('**/v1/**', () => {});  // no answer, ever
  await page.reload();
  await chat.fromCoach.nth(2).waitFor();
  assert.deepEqual(await chat.transcript(), before);
});

test('a reply that got lost on its way is not a second turn', async () => {
  await chat.say(OPENING);
  await page.route('**/turns', async (route) => {
    await route.fetch();  // the server hears it and records it
    await route.abort('connectionreset');
  });
  await chat.write('Only once.');
  await chat.bar.waitFor();
  await page.unrouteAll();
  await page.reload();
  await chat.answered(3);
  assert.deepEqual(await said(await chat.key()), [OPENING, 'Only once.']);
});

test('what waits can be edited and taken back, and a pause holds it', async () => {
  await chat.say(OPENING);
  await chat.about();
  await page.getByLabel(/^Pause/).check();
  await page.keyboard.press('Escape');
  for (const words of ['One.', 'Two.', 'Three.']) await chat.write(words);
  assert.equal(await chat.waiting.count(), 3);

  await chat.waiting.nth(0).getByRole('button', {name: 'Edit'}).click();
  await chat.write('One, but better.');
  await chat.waiting.nth(1).getByRole('button', {name: 'Take back'}).click();
  await page.waitForFunction(
      () => document.querySelector('nearer-chat')
                .shadowRoot.querySelectorAll('.waiting').length === 2);
  assert.deepEqual(await said(await chat.key()), [OPENING]);

  await page.reload();
  await chat.button('Go on').click();
  await chat.answered(4);
  assert.deepEqual(
      await said(await chat.key()), [OPENING, 'One, but better.', 'Three.']);
});

test('words that had arrived stay as they were; the new ones are not lost', async () => {
  await chat.say(OPENING);
  await page.route('**/v1/**', async (route) => {
    if (route.request().method() === 'POST') await route.fetch();
    await route.abort('connectionreset');
  });
  await chat.write('As it was.');
  await chat.waiting.getByRole('button', {name: 'Edit'}).click();
  await chat.write('As it should be.');
  await page.unrouteAll();
  await chat.button('Try again now').click().catch(() => {});
  await chat.answered(3);
  await page.getByText('An earlier wording had arrived').first().waitFor();
  assert.deepEqual(await said(await chat.key()), [OPENING, 'As it was.']);
  assert.equal(await chat.field.inputValue(), 'As it should be.');
});

test('what a busy server refuses for now is sent when it may be', async () => {
  await chat.say(OPENING);
  let refused = 0;
  await page.route('**/turns', (route) => refused++ > 0 ? route.continue() :
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        headers: {'Retry-After': '1'},
        body: '{"code":"busy","detail":"Too much is going on."}',
      }));
  await chat.write('Patience.');
  await chat.answered(3);
  assert.deepEqual(await said(await chat.key()), [OPENING, 'Patience.']);
});

test('what can never be sent goes back into the field', async () => {
  await chat.say(OPENING);
  await page.route('**/turns', (route) => route.fulfill({
    status: 422,
    contentType: 'application/problem+json',
    body: '{"code":"text_too_long","detail":"That is too long."}',
  }));
  await chat.write('Far too long.');
  await page.getByText('That is too long.').first().waitFor();
  assert.equal(await chat.field.inputValue(), 'Far too long.');
  assert.equal(await chat.fromMe.count(), 1);
});

// A wire that is cut now and then: before the server hears, before its answer
// gets back, or in the middle of that.
class FrayedWire {
  constructor(port) {
    this.cuts = 0;
    this.limit = 0;
    this.seed = 20260;
    this.server = net.createServer((near) => {
      const far = net.connect(port, '127.0.0.1');
      const end = () => {
        near.destroy();
        far.destroy();
      };
      near.on('error', end).on('close', end);
      far.on('error', end).on('close', end);
      let fate = 'whole';
      near.on('data', (bytes) => {
        if (/^(POST|GET) \/v1/.test(bytes.toString('latin1')))
          fate = this.nextFate();
        if (fate === 'unheard') return end();
        far.write(bytes);
      });
      far.on('data', (bytes) => {
        if (fate === 'unanswered') return end();
        if (fate === 'torn') return near.end(bytes.subarray(0, 40)), end();
        near.write(bytes);
      });
    });
  }

  // A small congruential generator: the same cuts in each run.
  chance() {
    this.seed = (this.seed * 1103515245 + 12345) % 2147483648;
    return this.seed / 2147483648;
  }

  nextFate() {
    if (this.cuts >= this.limit || this.chance() > 0.8) return 'whole';
    ++this.cuts;
    return ['unheard', 'unanswered', 'torn'][Math.floor(this.chance() * 3)];
  }

  async start() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${this.server.address().port}/`;
  }
}

test('after 200 cuts each message is there once, in order, answered', async () => {
  const wire = new FrayedWire(server.port);
  await page.goto(await wire.start());
  complaints.length = 0;
  await chat.answered(1);
  await chat.say(OPENING);
  wire.limit = 200;
  // The network comes back as soon as it is gone.
  await page.evaluate(
      () => setInterval(() => dispatchEvent(new Event('online')), 5));
  const words = Array.from({length: 40}, (_, i) => `Message ${i}.`);
  for (const each of words) await chat.write(each);
  await chat.answered(words.length + 2);
  for (let i = words.length; wire.cuts < wire.limit; ++i) {
    words.push(`Message ${i}.`);
    await chat.say(words.at(-1));
  }
  const key = await chat.key();
  const turns = await server.turns(key);
  assert.deepEqual(await said(key), [OPENING, ...words]);
  assert.deepEqual(await plain(chat), shown(turns));
  assert.equal(wire.cuts, 200);
  console.log(`${wire.cuts} cuts, ${words.length} messages: each once`);
  wire.server.close();
});

test('three tabs show one log, and one of them sends', async () => {
  await chat.keepOnDevice();
  await chat.say(OPENING);
  const tabs = [chat];
  for (let i = 0; i < 2; ++i) {
    const tab = chatOn(await context.newPage());
    await tab.page.goto(server.url);
    await tab.answered(2);
    tabs.push(tab);
  }
  let sending = 0;
  let most = 0;
  context.on('request', (request) => {
    if (request.url().endsWith('/turns')) most = Math.max(most, ++sending);
  });
  context.on('requestfinished', (request) => {
    if (request.url().endsWith('/turns')) --sending;
  });
  await Promise.all(tabs.map(async (tab, i) => {
    for (let n = 0; n < 5; ++n) await tab.write(`Tab ${i}, ${n}.`);
  }));
  for (const tab of tabs) await tab.answered(17);
  const turns = await server.turns(await chat.key());
  for (const tab of tabs) assert.deepEqual(await plain(tab), shown(turns));
  for (const i of [0, 1, 2])
    assert.deepEqual(
        turns.map(({text}) => text).filter((text) => text?.startsWith(`Tab ${i}`)),
        [0, 1, 2, 3, 4].map((n) => `Tab ${i}, ${n}.`));
  assert.equal(most, 1);

  // And one of them forgets for all.
  await tabs[1].forget();
  for (const tab of tabs) {
    await tab.answered(1);
    assert.equal(await tab.fromMe.count(), 0);
  }
  assert.deepEqual(await chat.kept(), {});
});

test('two tabs that begin at the same moment begin one conversation', async () => {
  await context.setOffline(true);
  const other = chatOn(await context.newPage());
  await context.setOffline(false);
  await other.page.goto(server.url);
  await other.answered(1);
  await Promise.all([chat.keepOnDevice(), other.keepOnDevice()]);
  await Promise.all([chat.write('Here.'), other.write('There.')]);
  await Promise.all([chat.answered(3), other.answered(3)]);
  const turns = await server.turns(await chat.key());
  assert.deepEqual(
      turns.slice(1).map(({text}) => text).sort(), ['Here.', 'There.']);
  assert.deepEqual(await plain(chat), shown(turns));
  assert.deepEqual(await plain(other), shown(turns));
});

// Chromium with a profile of its own, so that it can be killed and come back.
async function browserWith(profile) {
  const own = spawn(
      chromiumPath,
      [
        ...BROWSER.args, '--headless=new', '--remote-debugging-port=0',
        `--user-data-dir=${profile}`, 'about:blank',
      ],
      {stdio: ['ignore', 'ignore', 'pipe']});
  for await (const line of createInterface({input: own.stderr})) {
    const at = /DevTools listening on (ws:\S+)/.exec(line);
    if (!at) continue;
    own.stderr.resume();
    const connected = await chromium.connectOverCDP(at[1]);
    return {own, connected, context: connected.contexts()[0]};
  }
  throw new Error('chromium did not start');
}

test('a browser that is killed loses nothing that was sent', async () => {
  const profile = folder.path('profile');
  const first = await browserWith(profile);
  const mine = chatOn(await first.context.newPage());
  await mine.page.goto(server.url);
  await mine.answered(1);
  await mine.keepOnDevice();
  await mine.say(OPENING);
  const key = await mine.key();
  await server.kill();
  await mine.write('Will this be there?');
  await mine.waiting.waitFor();
  await until(mine.page, async () => {
    const {name} = (await indexedDB.databases())[0];
    const opened = indexedDB.open(name);
    await new Promise((done) => opened.onsuccess = done);
    const names = opened.result.transaction('kept').objectStore('kept').getAllKeys();
    await new Promise((done) => names.onsuccess = done);
    opened.result.close();
    return names.result.some((name) => name.startsWith('unsent/'));
  });
  const gone = once(first.own, 'exit');
  first.own.kill('SIGKILL');
  await gone;
  await first.connected.close().catch(() => {});

  await server.start();
  const second = await browserWith(profile);
  const again = chatOn(await second.context.newPage());
  await again.page.goto(server.url);
  await again.answered(3);
  assert.deepEqual(await said(key), [OPENING, 'Will this be there?']);
  const closed = once(second.own, 'exit');
  second.own.kill('SIGKILL');
  await closed;
});
