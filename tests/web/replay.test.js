// The page at /replay as a person and an operator meet it: a real browser, the
// real server, and conversations that were spoken for real with the clock set.
import assert from 'node:assert/strict';
import {after, afterEach, before, test} from 'node:test';

import {
  assertAccessible,
  keepKeys,
  launch,
  picture,
  scratch,
  Server,
  watch,
} from './nearer.js';
import {BEGAN, lines, writePast} from './weeks.js';

const KEY = 'the-key-of-the-operator';
const DESKTOP = {viewport: {width: 1180, height: 900}};
const PHONE = {
  viewport: {width: 360, height: 740},
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
const MANY = 5000;

let browser, folder, server, keys, context, page, complaints = [];

before(async () => {
  folder = scratch();
  const db = folder.path('record.db');
  keys = {
    weeks: writePast(db),
    danger: writePast(
        db,
        [
          {text: 'I pull away when it gets close', after: 60},
          {text: 'I want to kill myself', after: 60},
          {text: 'thank you', after: 60},
          {text: 'My partner hits me', after: 2 * 86400},
        ]),
    markup: writePast(
        db,
        [
          {text: '<img src=x onerror="document.title=1"> & <b>bold</b>', after: 60},
          {text: 'إنها رسالة بالعربية', after: 60},
          {text: 'x'.repeat(300), after: 60},
        ]),
    silent: writePast(db, []),
  };
  server = Object.assign(
      new Server(db), {variables: {NEARER_OPERATOR_KEY: KEY}});
  await server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.kill();
  folder.remove();
});

// No page threw, broke its own policy, or asked another origin.
afterEach(async () => {
  await context?.close();
  context = undefined;
  assert.deepEqual(complaints, []);
});

async function browserWith(kept = {}, options = DESKTOP) {
  await context?.close();
  context = await browser.newContext(
      {locale: 'en-GB', timezoneId: 'UTC', ...options});
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  await keepKeys(page, server.url, kept);
  complaints = watch(page, new URL(server.url).origin);
}

// Opens the page at `address`, with a clock that the test may move on or stop.
async function replay(kept, address = '', options) {
  await browserWith(kept, options);
  await page.clock.install();
  await open(address);
}

async function open(address = '') {
  await page.goto(`${server.url}replay${address}`);
  await page.waitForFunction(
      () => !/One moment|Fetching/.test(
          document.getElementById('status').textContent));
}

const addressOf = ({id}, n) => `#${id}/${n}`;
const current = () => page.locator('#turns > li[aria-current]');
const readout = () => page.locator('#readout').innerText();
const status = () => page.locator('#status').innerText();
const slider = () => page.getByRole('slider', {name: 'Turn'});
const press = (...keys) => keys.reduce(
    (before, key) => before.then(() => page.keyboard.press(key)),
    Promise.resolve());
const at = async () => Number(await slider().getAttribute('aria-valuenow'));
const told = (words) => page.locator('#status').filter({hasText: words})
                            .waitFor();

async function on(n) {
  await page.locator(`.timeline[aria-valuenow="${n}"]`).waitFor();
}

// From now on time passes when the test says so; everything was fetched.
async function still() {
  await page.locator('.timeline .unknown[d=""]').waitFor({state: 'attached'});
  await page.clock.pauseAt(Date.now() + 3_600_000);
}

async function recorded(key) {
  const turns = await server.turns(key);
  assert.ok(Array.isArray(turns));
  return turns;
}

async function wholeShot(name) {
  const {width} = page.viewportSize();
  const height =
      await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({width, height: Math.min(height, 5000)});
  await page.screenshot({path: picture(`replay-${name}`)});
}

test('each turn is shown with its words, its marks and the turns before', async () => {
  await replay({tab: keys.weeks});
  const turns = await recorded(keys.weeks);
  await on(0);
  assert.match(await current().innerText(), /^Turn 0/);
  for (const n of [1, 2, 3]) {
    await press('ArrowRight');
    await on(n);
    const shown = await current().innerText();
    assert.ok(shown.includes(turns[n].text));
    for (const message of turns[n].messages) assert.ok(shown.includes(message));
    assert.equal(await page.locator('#turns > li').count(), n + 1);
  }
  assert.equal(await at(), 3);
  assert.match(
      await readout(),
      /^Turn 3 of \d+ · 1 June 2026, 09:03 · pulling away · /);
  await press('ArrowLeft');
  await on(2);
  assert.equal(await page.locator('#turns > li').count(), 3);

  // Far away there are few at first; more come before them, out of sight.
  await press('End');
  await on(turns.length - 1);
  await page.locator('#turns > li').nth(39).waitFor({state: 'attached'});
  const log = await page.locator('#log').boundingBox();
  const last = await current().boundingBox();
  assert.ok(last.y >= log.y && last.y + last.height <= log.y + log.height);
});

test('it plays by the pauses that were, the long ones shortened', async () => {
  await replay({tab: keys.weeks});
  await on(0);
  await still();
  await press(' ');
  await page.getByRole('button', {name: 'Pause'}).waitFor();
  // A minute is shown as seven seconds, and the reply comes a little later.
  await page.clock.runFor(6800);
  assert.equal(await at(), 0);
  await page.clock.runFor(200);
  assert.equal(await at(), 1);
  assert.equal(await current().locator('.coach').isVisible(), false);
  assert.ok(await current().locator('.me').isVisible());
  await page.clock.runFor(800);
  assert.ok(await current().locator('.coach').isVisible());
  await press(' ');
  await page.getByRole('button', {name: 'Play'}).waitFor();
  await page.clock.runFor(60_000);
  assert.equal(await at(), 1);

  // Two days take eight seconds, a twentieth of it at twenty times the speed.
  await page.getByLabel('Speed').selectOption('20');
  await page.goto(`${server.url}replay${addressOf(keys.weeks, 3)}`);
  await on(3);
  await page.getByRole('button', {name: 'Play'}).click();
  await page.clock.runFor(390);
  assert.equal(await at(), 3);
  await page.clock.runFor(20);
  assert.equal(await at(), 4);
  assert.match(await current().innerText(), /^2 days later/);
});

test('a change of speed counts at once, and pausing shows the reply', async () => {
  await replay({tab: keys.weeks});
  await on(0);
  await still();
  await press(' ');
  await page.clock.runFor(1000);
  await page.getByLabel('Speed').selectOption('5');
  await page.clock.runFor(1450);
  assert.equal(await at(), 1);
  assert.equal(await current().locator('.coach').isVisible(), false);
  await page.getByRole('button', {name: 'Pause'}).click();
  assert.ok(await current().locator('.coach').isVisible());
});

test('at the end it stops, and from there it begins again', async () => {
  const {length} = await recorded(keys.danger);
  await replay({tab: keys.weeks, device: keys.danger});
  await on(0);
  await page.getByLabel('Speed').selectOption('20');
  // Which holds for the next conversation, too.
  await page.getByLabel('The one kept on this device').check();
  await page.locator(`.timeline[aria-valuemax="${length - 1}"]`).waitFor();
  await still();
  await page.getByRole('button', {name: 'Play'}).click();
  await page.clock.runFor(3_000);
  assert.equal(await at(), length - 1);
  await page.getByRole('button', {name: 'Play'}).click();
  await on(0);
});

test('keys, buttons and numbers lead to any turn', async () => {
  const last = (await recorded(keys.weeks)).length - 1;
  await replay({tab: keys.weeks});
  await on(0);
  await press('End');
  await on(last);
  await press('ArrowRight');
  assert.equal(await at(), last);
  await press('Home');
  await on(0);
  await press('ArrowLeft');
  assert.equal(await at(), 0);
  await slider().focus();
  await press('PageDown', 'ArrowRight', 'PageUp', 'ArrowUp', 'ArrowUp', 'ArrowDown');
  await on(2);
  for (const [name, n] of [
    ['To the last turn', last], ['One turn back', last - 1],
    ['One turn on', last], ['To the first turn', 0],
  ]) {
    await page.getByRole('button', {name}).click();
    await on(n);
  }
  await page.getByRole('spinbutton').fill('12');
  await press('Enter');
  await on(12);
  // Keys that a field wants stay its own.
  await press('Home', 'ArrowLeft');
  assert.equal(await at(), 12);
  await page.getByRole('spinbutton').fill('99999');
  await press('Enter');
  await on(last);
  assert.match(await status(), new RegExp(`the last one is turn ${last}`));
});

test('the timeline is pointed at, scrubbed and brought closer', async () => {
  await replay({tab: keys.weeks});
  const last = (await recorded(keys.weeks)).length - 1;
  await on(0);
  const box = await page.locator('.timeline').boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width - 2, y);
  await page.locator('#readout').filter({hasText: `Turn ${last} of`}).waitFor();
  assert.equal(await at(), 0);
  await page.mouse.move(box.x + box.width / 2, y - 300);
  await page.locator('#readout').filter({hasText: 'Turn 0 of'}).waitFor();

  await page.mouse.move(box.x + box.width - 2, y);
  await page.mouse.down();
  await on(last);
  await page.mouse.move(box.x + 300, y, {steps: 4});
  await page.mouse.up();
  assert.ok(await at() < 10);
  await page.mouse.move(box.x + 600, y);
  assert.ok(await at() < 10);

  const dates = () => page.locator('.timeline .tick').allTextContents();
  const marks = () => page.locator('.timeline rect.dialog').count();
  const whole = await marks();
  await page.getByRole('button', {name: 'Closer'}).click();
  assert.ok(await marks() < whole);
  assert.equal((await dates())[0], '1 Jun');
  await press('End');
  await on(last);
  await page.waitForFunction(
      () => document.querySelector('.timeline .tick').textContent !== '1 Jun');
  await page.getByRole('button', {name: 'Whole'}).click();
  assert.equal(await marks(), whole);

  await replay({tab: keys.weeks}, '', PHONE);
  await on(0);
  const narrow = await page.locator('.timeline').boundingBox();
  await page.touchscreen.tap(narrow.x + narrow.width - 1, narrow.y + 50);
  await on(last);
});

test('the lanes tell by sign and name what the record says', async () => {
  await replay({tab: keys.danger});
  await on(0);
  const turns = await recorded(keys.danger);
  const legend = page.locator('#legend');
  assert.deepEqual(
      await legend.locator('h3').evaluateAll(
          (all) => all.map(({firstChild}) => firstChild.textContent)),
      ['Theme', 'Stage', 'Danger', 'Exercise']);
  // Every row has a sign of its own, and its count.
  const signs = await legend.locator('section').evaluateAll(
      (all) => all.map((lane) => [...lane.querySelectorAll('.key')].map(
          (key) => key.querySelector('path')?.getAttribute('d') ??
              key.textContent)));
  for (const lane of signs) assert.equal(new Set(lane).size, lane.length);
  const risks = turns.filter(({risk}) => risk);
  assert.deepEqual(
      risks.map(({risk}) => risk.category),
      ['risk_suicide_self_harm', 'risk_abuse']);
  await page.getByRole('button', {name: /^Suicide or self-harm 1 turn:/})
      .click();
  await on(risks[0].n);
  assert.match(await readout(), /danger heard: suicide or self-harm \(\w+\)/);
  assert.match(
      await slider().getAttribute('aria-valuetext'),
      /^Turn 2 of 4 · .*danger heard/);
  await page.getByRole('button', {name: /^Being hurt or threatened/}).click();
  await on(risks[1].n);
  assert.match(await legend.innerText(), /No exercise was open/);
  assert.ok(await page.getByLabel('Where to find help now').isVisible());

  await replay({tab: keys.weeks});
  const weeks = await recorded(keys.weeks);
  const journal = weeks.filter(({dialog}) => dialog === 'journal_moment');
  await page.getByRole('button', {name: `Journal moment ${journal.length} turns`})
      .click();
  await on(journal[0].n);
  await page.getByRole('button', {name: 'Journal moment'}).click();
  await on(journal[1].n);
});

test('each turn opens why it was answered so', async () => {
  await replay({tab: keys.weeks}, addressOf(keys.weeks, 2));
  const button = current().getByRole('button', {name: 'Why this reply?'});
  await button.click();
  const reason = current().locator('.because');
  await reason.waitFor();
  assert.match(await reason.innerText(), /the rule “.+” heard: self reliance/);
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  await button.click();
  assert.equal(await reason.isVisible(), false);
  // The turns before have theirs, too.
  await page.getByRole('button', {name: 'Why this reply?'}).first().click();
  await page.getByText('This is how a conversation begins').waitFor();
});

test('a reason that cannot be had can be asked for again', async () => {
  await replay({tab: keys.weeks}, addressOf(keys.weeks, 1));
  await on(1);
  await page.route('**/why', (route) => route.abort('connectionrefused'));
  await current().getByRole('button', {name: 'Why this reply?'}).click();
  await current().getByText('cannot be reached').waitFor();
  await page.unroute('**/why');
  await current().getByRole('button', {name: 'Try again'}).click();
  await current().locator('.because').waitFor();
});

test('the address has conversation and turn, and leads back there', async () => {
  await replay({tab: keys.weeks, device: keys.danger}, addressOf(keys.weeks, 5));
  await on(5);
  await press('ArrowRight', 'ArrowRight');
  await page.clock.runFor(500);
  assert.equal(new URL(page.url()).hash, addressOf(keys.weeks, 7));
  await page.reload();
  await on(7);
  assert.equal(
      await current().getByRole('link', {name: 'Turn 7'}).getAttribute('href'),
      addressOf(keys.weeks, 7));
  await page.getByRole('link', {name: 'Turn 4', exact: true}).click();
  await on(4);
  await page.goBack();
  await on(7);

  // Of two conversations the address names one; the other can be chosen.
  assert.ok(await page.getByLabel('The one in this tab').isChecked());
  await page.getByLabel('The one kept on this device').check();
  await page.locator('.timeline[aria-valuemax="4"]').waitFor();
  await page.clock.runFor(500);
  assert.equal(new URL(page.url()).hash, addressOf(keys.danger, 0));
  await page.getByRole('link', {name: 'Skip to the content'}).focus();
  await press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
  assert.equal(new URL(page.url()).hash, addressOf(keys.danger, 0));
});

test('an address that leads nowhere is said to, with a way on', async () => {
  await replay({tab: keys.weeks}, '#x/y/z');
  assert.match(await status(), /names no conversation and turn/);
  await page.getByLabel('The one in this tab').check();
  await on(0);

  await open('#%E0%A4%A/1');
  await page.reload();
  await told(/names no conversation/);

  await replay({tab: keys.weeks}, addressOf(keys.danger, 1));
  assert.match(await status(), /does not keep the key.*operator’s key below/);
  assert.ok(await page.getByLabel('The operator’s key').isVisible());
  assert.equal(await page.locator('#player').isVisible(), false);
  await assertAccessible(page, 'an address of others');

  await replay({tab: keys.weeks}, addressOf(keys.weeks, 4000));
  const last = (await recorded(keys.weeks)).length - 1;
  await on(last);
  assert.match(await status(), /There is no turn 4000; the last one is turn/);
});

test('a browser that keeps nothing, and a talk without words', async () => {
  await replay({});
  assert.match(await page.locator('main').innerText(), /nothing here yet/);
  assert.equal(await page.locator('#player').isVisible(), false);
  await assertAccessible(page, 'nothing is kept');

  await replay({tab: keys.silent});
  await on(0);
  assert.match(
      await page.locator('#note').innerText(), /nothing was said yet/);
  await press(' ', 'ArrowRight', 'End');
  assert.equal(await at(), 0);
});

test('a key that opens nothing any more is said to be one', async () => {
  await replay({tab: {...keys.weeks, token: 'x'}});
  await told(/opens no conversation any more.*Go back to the talk/);
  assert.equal(await page.locator('#player').isVisible(), false);
  await assertAccessible(page, 'a key that opens nothing');
});

const begin = async (...texts) => {
  const response = await fetch(
      `${server.url}v1/conversations`, {method: 'POST'});
  const key = await response.json();
  for (const [i, text] of texts.entries()) await say(key, text, i);
  return {id: key.id, token: key.token};
};

const say = ({id, token}, text, i) => fetch(
    `${server.url}v1/conversations/${id}/turns`, {
      method: 'POST',
      headers: {
        'Authorization': `Bearer ${token}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({text, client_turn_id: `t${i}`}),
    });

test('what is deleted while it plays is gone from the page, too', async () => {
  const key = await begin('I never ask for help', 'My secret is a walrus');
  await replay({tab: key});
  await press(' ');
  await page.clock.runFor(3000);
  await on(2);
  assert.match(await page.locator('main').textContent(), /walrus/);
  const erased = await fetch(
      `${server.url}v1/conversations/${key.id}`,
      {method: 'DELETE', headers: {Authorization: `Bearer ${key.token}`}});
  assert.equal(erased.status, 204);
  await page.clock.runFor(5000);
  await told(/deleted just now/);
  assert.doesNotMatch(await page.content(), /walrus/);
  assert.equal(await page.locator('#player').isVisible(), false);
  await press(' ', 'ArrowRight');
  await assertAccessible(page, 'deleted while playing');
});

test('what is said meanwhile is added', async () => {
  const key = await begin('I never ask for help');
  await replay({tab: key});
  await press('End');
  await on(1);
  await say(key, 'One thing more', 9);
  await page.clock.runFor(5000);
  await page.locator('.timeline[aria-valuemax="2"]').waitFor();
  assert.equal(await at(), 1);
  await press('End');
  assert.match(await current().innerText(), /One thing more/);
});

test('without the server it says so, and goes on when it is back', async () => {
  await browserWith({tab: keys.weeks});
  await page.clock.install();
  let reachable = false;
  await page.route(
      '**/v1/**',
      (route) => reachable ? route.continue() : route.abort('connectionrefused'));
  await open();
  await told(/cannot be reached/);
  assert.equal(await page.locator('#player').isVisible(), false);
  reachable = true;
  await page.getByRole('button', {name: 'Try again'}).click();
  await on(0);
  await page.waitForFunction(() => document.getElementById('status').hidden);

  // What was fetched can be played on.
  reachable = false;
  await page.clock.runFor(5000);
  await told(/cannot be reached.*can be played on/);
  await press('ArrowRight');
  await on(1);
  await assertAccessible(page, 'without the server');
  reachable = true;
  await page.clock.runFor(5000);
  await page.waitForFunction(() => document.getElementById('status').hidden);
});

async function unlock(key = KEY) {
  const field = page.getByLabel('The operator’s key');
  if (!await field.isVisible())
    await page.getByText('For the operator of this server').click();
  await field.fill(key);
  await press('Enter');
}

test('an operator opens any conversation, and no key stays', async () => {
  await replay({});
  await unlock();
  const list = page.locator('#record-list li');
  await list.nth(3).waitFor();
  assert.match(await list.last().innerText(), new RegExp(keys.weeks.id));
  assert.match(await list.last().innerText(), /1 June 2026.*web.*68 messages/);
  await assertAccessible(page, 'the record');
  await list.last().getByRole('button').click();
  await page.locator('.timeline[aria-valuemax="68"]').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
  await press('ArrowRight');
  await on(1);
  assert.match(await current().innerText(), /The person/);
  await current().getByRole('button', {name: 'Why this reply?'}).click();
  await current().locator('.because').waitFor();
  assert.equal(await page.getByLabel('Where to find help now').count(), 0);

  await page.getByLabel('Conversation').fill(keys.danger.id);
  await page.getByRole('button', {name: 'Open it'}).click();
  await page.locator('.timeline[aria-valuemax="4"]').waitFor();
  await page.getByLabel('Conversation').fill('nobody');
  await page.getByRole('button', {name: 'Open it'}).click();
  await told(/no such conversation on record/);

  assert.deepEqual(
      await page.evaluate(async () => [
        localStorage.length, sessionStorage.length,
        (await indexedDB.databases()).length, document.cookie,
      ]),
      [0, 0, 0, '']);
  assert.ok(!(await page.content()).includes(KEY));
  assert.equal(
      await page.getByLabel('The operator’s key').inputValue(), '');
  await page.getByRole('button', {name: 'Forget the key'}).click();
  assert.equal(await page.locator('#record').isVisible(), false);
  assert.equal(await page.locator('#record-list li').count(), 0);
});

test('an address of the record opens once the key is given', async () => {
  await replay({}, addressOf(keys.weeks, 10));
  assert.match(await status(), /does not keep the key/);
  await unlock();
  await on(10);
  assert.match(await page.locator('#turns').innerText(), /The person/);
  // What it shows goes with the key.
  await page.getByRole('button', {name: 'Forget the key'}).click();
  assert.equal(await page.locator('#turns li').count(), 0);
});

test('a wrong key is refused in words, and guessing is slowed', async () => {
  await replay({});
  const words = page.locator('#operator-status');
  await unlock('not-the-key-of-the-operator');
  await words.filter({hasText: 'not the operator’s key'}).waitFor();
  assert.equal(await page.locator('#record').isVisible(), false);
  await assertAccessible(page, 'a wrong key');
  let refused = 0;
  for (let i = 0; i < 20 && refused !== 429; ++i)
    refused = (await fetch(`${server.url}v1/record`, {
                headers: {Authorization: 'Bearer guess'},
              })).status;
  assert.equal(refused, 429);
  await unlock('not-the-key-of-the-operator');
  await words.filter({hasText: /a lot at once.*Try again in \d+ seconds/})
      .waitFor();
  await unlock();
  await page.locator('#record-list li').first().waitFor();
});

test('the record is paged through', async () => {
  const db = folder.path('many.db');
  for (let i = 0; i < 3; ++i) writePast(db, [], BEGAN + i * 86400);
  const many = Object.assign(
      new Server(db), {variables: {NEARER_OPERATOR_KEY: KEY}});
  await many.start();
  try {
    await browserWith();
    complaints = watch(page, new URL(many.url).origin);
    // Pages of two, so that few are enough.
    await page.route('**/v1/record*', (route) => {
      const url = new URL(route.request().url());
      url.searchParams.set('limit', '2');
      return route.continue({url: url.href});
    });
    await page.goto(`${many.url}replay`);
    await unlock();
    const rows = page.locator('#record-list li');
    await rows.nth(1).waitFor();
    assert.equal(await rows.count(), 2);
    assert.match(await rows.first().innerText(), /3 June 2026/);
    await page.getByRole('button', {name: 'More of them'}).click();
    await rows.nth(2).waitFor();
    assert.match(await rows.last().innerText(), /1 June 2026/);
    assert.equal(
        await page.getByRole('button', {name: 'More of them'}).isVisible(),
        false);
  } finally {
    await many.kill();
  }
});

test('a server without an operator says so', async () => {
  const plain = new Server(folder.path('plain.db'));
  await plain.start();
  try {
    await browserWith();
    complaints = watch(page, new URL(plain.url).origin);
    await page.goto(`${plain.url}replay`);
    await unlock();
    await page.locator('#operator-status')
        .filter({hasText: 'Set NEARER_OPERATOR_KEY'})
        .waitFor();
  } finally {
    await plain.kill();
  }
});

test('what a person wrote is text and nothing else, in its own direction', async () => {
  await replay(
      {tab: keys.markup}, addressOf(keys.markup, 3),
      {viewport: {width: 320, height: 600}});
  await on(3);
  assert.equal(await page.title(), 'Playing back – nearer');
  assert.match(await page.locator('#turns').innerText(), /<img src=x onerror/);
  assert.equal(await page.locator('.words img, .words b').count(), 0);
  assert.equal(
      await page.locator('#turns > li').nth(2).locator('.me .words').evaluate(
          (words) => getComputedStyle(words).direction),
      'rtl');
  assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth), 320);
  const policy = (await page.goto(`${server.url}replay`))
                     .headers()['content-security-policy'];
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|nonce|https?:/);
});

test('nothing but the key that was there is kept in the browser', async () => {
  await replay({tab: keys.weeks});
  await press('End');
  const kept = await page.evaluate(async () => ({
    session: Object.keys(sessionStorage),
    local: Object.keys(localStorage),
    databases: (await indexedDB.databases()).length,
    caches: await caches.keys(),
  }));
  assert.deepEqual(kept, {
    session: [`nearer ${server.url} conversation`],
    local: [],
    databases: 0,
    caches: [],
  });
});

test('it is told aloud what is stepped to', async () => {
  await replay({tab: keys.weeks});
  const turns = await recorded(keys.weeks);
  await on(0);
  await press('ArrowRight');
  const aloud = page.locator('#announcer [aria-live=polite]');
  await aloud.filter({hasText: 'Turn 1.'}).waitFor();
  const words = await aloud.textContent();
  assert.ok(words.includes(`You: ${turns[1].text}`));
  assert.ok(words.includes(turns[1].messages[0]));
  // At speed there would be no end of it.
  await page.getByLabel('Speed').selectOption('20');
  await page.getByRole('button', {name: 'Play'}).click();
  await page.clock.runFor(350);
  await on(2);
  assert.match(await aloud.textContent(), /^Turn 1\./);
});

test('it can be left at once', async () => {
  await replay({tab: keys.weeks});
  await page.route('https://www.wikipedia.org/', (route) => route.fulfill(
      {contentType: 'text/html', body: '<title>Elsewhere</title>'}));
  const left = page.waitForURL('https://www.wikipedia.org/');
  await press('Shift', 'Shift', 'Shift');
  await left;
  assert.deepEqual(complaints.splice(0), ['asked https://www.wikipedia.org/']);
});

test('everything can be reached with the keyboard', async () => {
  await replay({tab: keys.weeks}, addressOf(keys.weeks, 1));
  await on(1);
  const reached = [];
  for (let i = 0; i < 60; ++i) {
    await press('Tab');
    reached.push(await page.evaluate(() => {
      const {activeElement: at} = document;
      return at.id || at.getAttribute('role') || at.textContent.trim();
    }));
    if (reached.at(-1) === 'Software in this page') break;
  }
  for (const name of [
    'Skip to the content', 'Back to the talk', 'leave', 'slider', 'closer',
    'further', 'whole', 'first', 'back', 'play', 'forward', 'last', 'speed',
    'number', 'log', 'Turn 1', 'Why this reply?',
    'What the rows are, and where each comes next',
    'For the operator of this server', 'Software in this page',
  ])
    assert.ok(reached.includes(name), `${name} in ${reached.join(', ')}`);
});

test('axe finds nothing, whatever the colours and the width', async () => {
  const looks = {
    'desktop-light': {...DESKTOP, colorScheme: 'light'},
    'desktop-dark': {...DESKTOP, colorScheme: 'dark'},
    'desktop-forced-colors': {...DESKTOP, forcedColors: 'active'},
    'desktop-contrast': {...DESKTOP, contrast: 'more'},
    'desktop-still': {...DESKTOP, reducedMotion: 'reduce'},
    'phone-light': {...PHONE, colorScheme: 'light'},
    'phone-dark': {...PHONE, colorScheme: 'dark'},
    'narrow': {viewport: {width: 320, height: 600}},
  };
  for (const [name, look] of Object.entries(looks)) {
    for (const [which, n] of [['weeks', 23], ['danger', 2]]) {
      await replay({tab: keys[which]}, addressOf(keys[which], n), look);
      await on(n);
      for (const summary of await page.locator('summary').all())
        if (!await summary.evaluate(({parentElement}) => parentElement.open))
          await summary.click();
      await current().getByRole('button', {name: 'Why this reply?'}).click();
      await current().locator('.because').waitFor();
      await assertAccessible(page, `${name}, ${which}`);
      assert.ok(
          await page.evaluate(
              () => document.documentElement.scrollWidth <= innerWidth),
          `${name} is wider than the screen`);
      await wholeShot(`${name}-${which}`);
    }
  }
});

// Prints how long the page was busy at once; a frame has 16.7 ms.
test(`${MANY.toLocaleString('en')} turns are moved through without a stutter`, async () => {
  const said = [];
  while (said.length < MANY)
    said.push(...lines().map(
        ({text, after}, i) => ({text, after: i % 7 ? 1 : after})));
  await server.kill();
  const key = writePast(server.db, said.slice(0, MANY), BEGAN - 10 * 31536000);
  await server.start();
  await browserWith({tab: key});
  await page.addInitScript(() => {
    window.longest = {task: 0, frame: 0};
    new PerformanceObserver((list) => {
      for (const {duration} of list.getEntries())
        longest.task = Math.max(longest.task, duration);
    }).observe({type: 'longtask', buffered: true});
    let before = performance.now();
    requestAnimationFrame(function next(now) {
      longest.frame = Math.max(longest.frame, now - before);
      before = now;
      requestAnimationFrame(next);
    });
  });
  const measured = async (what, act) => {
    await page.evaluate(() => longest.task = longest.frame = 0);
    await act();
    const {task, frame} = await page.evaluate(() => longest);
    console.log(`${what}: ${
        task ? `longest task ${Math.round(task)} ms` : 'no task of 50 ms'}, ` +
        `longest frame ${frame.toFixed(0)} ms`);
  };
  const begun = Date.now();
  await page.goto(`${server.url}replay${addressOf(key, 4000)}`);
  await on(4000);
  console.log(`turn 4,000 of ${MANY} is there after ${Date.now() - begun} ms`);
  await page.waitForFunction(
      () => document.querySelector('.timeline .unknown')
                ?.getAttribute('d') === '');
  console.log(`all ${MANY} are there after ${Date.now() - begun} ms`);
  assert.ok(await page.locator('#turns > li').count() < 50);

  const box = await page.locator('.timeline').boundingBox();
  await measured('scrubbing', async () => {
    await page.mouse.move(box.x + box.width - 2, box.y + 60);
    await page.mouse.down();
    for (let i = 0; i < 150; ++i)
      await page.mouse.move(
          box.x + 300 + i * 37 % (box.width - 310), box.y + 60);
    await page.mouse.move(box.x + box.width - 2, box.y + 60);
    await page.mouse.up();
  });
  assert.ok(await at() > MANY - 20);
  await measured('drawing all of it anew', async () => {
    for (let i = 0; i < 10; ++i)
      await page.getByRole('button', {name: 'Whole'}).click();
  });
  await press('Home');
  await page.getByLabel('Speed').selectOption('20');
  for (const closer of [0, 3]) {
    for (let i = 0; i < closer; ++i)
      await page.getByRole('button', {name: 'Closer'}).click();
    const from = await at();
    await page.getByRole('button', {name: 'Play'}).click();
    await measured(`playing 20×, ${closer} times closer`, () =>
        page.waitForFunction(
            (n) => Number(document.querySelector('.timeline')
                              .getAttribute('aria-valuenow')) >= n,
            from + 30));
    await page.getByRole('button', {name: 'Pause'}).click();
  }
  await page.screenshot({path: picture('replay-many')});
});
