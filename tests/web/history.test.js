// The page at /history as a person meets it: a real browser, the real server,
// and a record of ten weeks that was spoken for real with the clock set.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, afterEach, before, test} from 'node:test';

import {
  assertAccessible,
  chatOn,
  keepKeys,
  launch,
  OPENING,
  picture,
  scratch,
  Server,
  watch,
} from './nearer.js';
import {BEGAN, writePast} from './weeks.js';

const ZONE = 'Europe/Berlin';
const DESKTOP = {viewport: {width: 1100, height: 900}};
const PHONE = {
  viewport: {width: 360, height: 740},
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

let browser, folder, server, keys, context, page, complaints = [];

before(async () => {
  folder = scratch();
  const db = folder.path('record.db');
  const now = Math.floor(Date.now() / 1000);
  keys = {
    weeks: writePast(db),
    danger: writePast(
        db,
        [
          {text: 'I pull away when it gets close', after: 60},
          {text: 'I want to kill myself', after: 60},
        ],
        now - 600),
    markup: writePast(
        db,
        [
          {text: '<img src=x onerror="document.title=1"> & <b>bold</b>', after: 60},
          {text: 'إنها رسالة بالعربية', after: 60},
          {text: `Café ${'x'.repeat(300)}`, after: 60},
        ]),
    silent: writePast(db, []),
  };
  server = new Server(db);
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

// A browser that keeps these conversations.
async function browserWith({tab, device} = {}, options = DESKTOP) {
  await context?.close();
  context = await browser.newContext(
      {locale: 'en-GB', timezoneId: ZONE, ...options});
  page = await context.newPage();
  await keepKeys(page, server.url, {tab, device});
  complaints = watch(page, new URL(server.url).origin);
}

async function lookBack(kept, options) {
  await browserWith(kept, options);
  await page.goto(`${server.url}history`);
  await settled();
}

const settled = () => page.waitForFunction(
    () => document.getElementById('status').hidden ||
        document.querySelector('#status button') ||
        /no longer/.test(document.getElementById('status').textContent));

async function ask(key, part) {
  const response = await fetch(
      `${server.url}v1/conversations/${key.id}${part}`,
      {headers: {Authorization: `Bearer ${key.token}`}});
  return response.json();
}

const turns = () => page.locator('.turn');
const pictures = () => page.locator('svg[role=img]');
const text = () => page.locator('main').innerText();
// Also what is not on the screen and not laid out.
const said = () => page.locator('.transcript').textContent();

async function wholeShot(name) {
  const {width} = page.viewportSize();
  const height =
      await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({width, height: Math.min(height, 6000)});
  await page.screenshot({path: picture(`history-${name}`)});
}

test('a browser that keeps nothing gets a kind word and a way on', async () => {
  await lookBack({});
  assert.match(await text(), /nothing here yet/i);
  assert.match(await text(), /no hurry/i);
  assert.equal(await page.locator('#whole').isVisible(), false);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await assertAccessible(page, 'nothing is kept');
  await wholeShot('empty');
  await page.getByRole('link', {name: 'Go to the coach'}).click();
  await page.waitForURL(server.url);
});

test('so does one in which nobody has spoken', async () => {
  await lookBack({tab: keys.silent});
  assert.match(await text(), /nothing here yet/i);
});

test('what was said stands there by day, with who said it and when', async () => {
  await lookBack({tab: keys.weeks});
  const {turns: recorded} = await ask(keys.weeks, '?limit=500');
  assert.equal(await turns().count(), recorded.length);
  const days = await page.locator('.day h3').allTextContents();
  assert.equal(days[0], 'Monday, 1 June 2026');
  assert.equal(days.length, 12);
  const first = await turns().nth(1).locator('p').allTextContents();
  assert.deepEqual(
      first,
      [
        'You11:01', recorded[1].text, 'nearer11:01', ...recorded[1].messages,
      ]);
});

test('a search shows where all its words stand in one message', async () => {
  await lookBack({tab: keys.weeks});
  const found = page.locator('#found');
  await page.getByLabel('Search what was said').fill('SISTER  ánna');
  await found.filter({hasText: /found/}).waitFor();
  const shown = await turns().evaluateAll(
      (all) => all.filter((turn) => turn.checkVisibility())
                   .map((turn) => turn.textContent));
  assert.ok(shown.length >= 2);
  for (const turn of shown) assert.match(turn, /sister[^]*Anna/i);
  const marks = await page.locator('mark').allInnerTexts();
  assert.ok(marks.length >= 4);
  for (const mark of marks) assert.match(mark, /^(sister|anna)$/i);
  assert.equal(await found.innerText(), `${marks.length / 2} messages found.`);
  await assertAccessible(page, 'a search');

  await page.getByLabel('Search what was said').fill('zebra');
  await found.filter({hasText: /Nothing/}).waitFor();
  assert.equal(await page.locator('.turn:visible').count(), 0);

  await page.getByLabel('Search what was said').fill('');
  await page.waitForFunction(
      () => !document.getElementById('found').textContent);
  assert.equal(await page.locator('.day[hidden], .turn[hidden]').count(), 0);
  assert.equal(await page.locator('mark').count(), 0);
});

test('each picture is named, described, and there in words as well', async () => {
  await lookBack({tab: keys.weeks});
  const insights = await ask(keys.weeks, '/insights?by=week&utc_offset=120');
  await pictures().nth(2).waitFor();
  assert.equal(await pictures().count(), 3);
  for (const figure of await page.locator('figure').all()) {
    assert.ok((await figure.locator('figcaption').innerText()).length > 15);
    assert.match(
        await figure.locator('svg[role=img]').getAttribute('aria-label'),
        /^Picture: /);
  }

  const themes = page.locator('#themes');
  const dots = await themes.locator('circle.dot').count();
  await themes.getByText('The same in words').click();
  const weeks = await themes.locator('tbody tr').allInnerTexts();
  assert.equal(weeks.length, insights.themes.periods.length);
  assert.match(weeks[0], /Week of 1 June 2026\s+handling it alone \(twice\)/);
  const leading = Object.entries(insights.themes.totals)
                      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
                      .slice(0, 8)
                      .map(([theme]) => theme);
  assert.equal(
      dots,
      insights.themes.periods
          .flatMap(({counts}) => Object.keys(counts))
          .filter((theme) => leading.includes(theme))
          .length);

  const {moments, triggers} = insights.pulling_away;
  const urge = page.locator('#urge');
  assert.equal(await urge.locator('figure .paper rect').count(), moments.length);
  await urge.getByText('The same in words').click();
  assert.equal(await urge.locator('tbody tr').count(), moments.length);
  assert.equal(await urge.locator('.triggers li').count(), triggers.length);
  assert.equal(
      await urge.locator('.entry').count(),
      moments.filter(({from}) => from === 'journal').length);

  const steps = await page.locator('.step').allInnerTexts();
  assert.equal(steps.length, insights.steps.length);
  assert.match(steps[0], /call my sister on Sunday[^]*Still open\./);
  assert.match(steps[1], /Notice the urge[^]*Not this time, told on 23 July/);
  assert.match(steps[2], /in writing: [^]*Tonight[^]*Partly done/);
  assert.match(steps[3], /rough day[^]*Done, told on 12 June 2026/);
});

test('nothing on it counts days in a row, grades or diagnoses', async () => {
  await lookBack({tab: keys.weeks});
  for (const summary of await page.locator('summary').all())
    await summary.click();
  const words = (await page.locator('body').innerText())
                    .replace(/It makes no diagnosis\./, '')
                    .replace(/is a test result/, '');
  assert.doesNotMatch(
      words,
      /streak|in a row|score|points|level|badge|goal|success|fail|avoidant|diagnos|disorder|%|well done|keep it up/i);
});

test('an entry leads to where it was said', async () => {
  await lookBack({tab: keys.weeks});
  await page.getByLabel('Search what was said').fill('burden');
  await page.locator('#found').filter({hasText: /found/}).waitFor();
  const link = page.locator('.entry').last().getByText('Where it was said');
  await link.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(
      () => document.activeElement?.classList.contains('turn'));
  const {pulling_away: {moments}} = await ask(keys.weeks, '/insights');
  const {n} = moments.find(({from}) => from === 'journal');
  assert.equal(
      await page.evaluate(() => document.activeElement.id), `turn-${n}`);
  assert.ok(await page.locator(`#turn-${n}`).isVisible());
});

test('it is saved as the server gives it', async () => {
  await lookBack({tab: keys.weeks});
  for (const [button, kind] of [['Markdown', 'md'], ['JSON', 'json']]) {
    const saving = page.waitForEvent('download');
    await page.getByRole('button', {name: `Save as ${button}`}).click();
    const saved = await saving;
    assert.equal(saved.suggestedFilename(), `nearer-2026-06-01.${kind}`);
    const bytes = readFileSync(await saved.path(), 'utf8');
    const given = await fetch(
        `${server.url}v1/conversations/${keys.weeks.id}/export?format=${kind}` +
            `&utc_offset=${await page.evaluate(
                () => -new Date().getTimezoneOffset())}`,
        {headers: {Authorization: `Bearer ${keys.weeks.token}`}});
    assert.equal(bytes, await given.text());
    await page.getByText(/^Saved as nearer-2026-06-01/).waitFor();
  }
});

test('on paper everything is open and there is nothing to press', async () => {
  await lookBack({tab: keys.weeks});
  await page.emulateMedia({media: 'print'});
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  assert.equal(await page.locator('table:visible').count(), 2);
  for (const role of ['button', 'searchbox', 'navigation'])
    assert.equal(await page.getByRole(role).count(), 0, role);
  assert.ok(await page.locator('.turn').last().isVisible());
  await page.setViewportSize({width: 700, height: 900});
  await wholeShot('print');
  assert.ok((await page.pdf({format: 'A4'})).length > 20_000);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  assert.equal(await page.locator('details[open]').count(), 0);
});

test('everything can be reached and done with the keyboard', async () => {
  await lookBack({tab: keys.weeks});
  const reached = [];
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const {activeElement: at} = document;
      return at.id || at.textContent.trim().slice(0, 40);
    });
    reached.push(name);
    if (name === 'query') break;
  }
  for (const name of [
    'Skip to the content', 'Back to the talk', 'leave', 'save-md', 'save-json', 'print',
    'What came up', 'The same in words', 'How these pictures are made',
    'Where it was said', 'query',
  ])
    assert.ok(reached.includes(name), `${name} in ${reached.join(', ')}`);
  await page.keyboard.type('girlfriend');
  await page.keyboard.press('Enter');
  assert.match(await page.locator('#found').innerText(), /found/);
});

test('axe finds nothing, whatever the colours, width and direction', async () => {
  const looks = {
    'desktop-light': {...DESKTOP, colorScheme: 'light'},
    'desktop-dark': {...DESKTOP, colorScheme: 'dark'},
    'desktop-forced-colors': {...DESKTOP, forcedColors: 'active'},
    'phone-light': {...PHONE, colorScheme: 'light'},
    'phone-dark': {...PHONE, colorScheme: 'dark'},
    'narrow': {viewport: {width: 320, height: 600}},
    'desktop-contrast': {...DESKTOP, contrast: 'more'},
    'desktop-right-to-left': {...DESKTOP, colorScheme: 'light'},
  };
  for (const [name, look] of Object.entries(looks)) {
    await browserWith({tab: keys.weeks}, look);
    if (name.endsWith('right-to-left'))
      await page.addInitScript(() => addEventListener(
          'DOMContentLoaded', () => document.documentElement.dir = 'rtl'));
    await page.goto(`${server.url}history`);
    await settled();
    await pictures().nth(2).waitFor();
    await wholeShot(name);
    for (const summary of await page.locator('summary').all())
      await summary.click();
    await assertAccessible(page, name);
    const {width} = page.viewportSize();
    assert.ok(
        await page.evaluate(() => document.documentElement.scrollWidth) <=
            width,
        `${name} is wider than ${width} px`);
  }
});

test('from right to left time runs that way, too', async () => {
  await browserWith({tab: keys.weeks});
  const firstAndLast = () => page.locator('#themes .tick').evaluateAll(
      (ticks) => [ticks[0], ticks.at(-1)].map(
          (tick) => tick.getBoundingClientRect().x));
  await page.goto(`${server.url}history`);
  await pictures().first().waitFor();
  const [first, last] = await firstAndLast();
  assert.ok(first < last);
  await page.addInitScript(() => addEventListener(
      'DOMContentLoaded', () => document.documentElement.dir = 'rtl'));
  await page.reload();
  await pictures().first().waitFor();
  const [begin, end] = await firstAndLast();
  assert.ok(begin > end);
});

test('what a person wrote is text and nothing else, in its own direction', async () => {
  await lookBack({tab: keys.markup}, {viewport: {width: 320, height: 600}});
  assert.equal(await page.title(), 'Looking back – nearer');
  assert.match(await said(), /<img src=x onerror/);
  assert.equal(await page.locator('.words img, .words b').count(), 0);
  assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth), 320);
  await page.getByLabel('Search what was said').fill('cafe');
  // In their own words and where the coach says them back.
  await page.locator('mark').first().waitFor();
  for (const mark of await page.locator('mark').all())
    assert.equal(await mark.innerText(), 'Café');
  const policy = (await page.goto(`${server.url}history`))
                     .headers()['content-security-policy'];
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|nonce|https?:/);
});

test('danger is in no picture, and help stays in view', async () => {
  await lookBack({tab: keys.danger});
  assert.ok(await page.getByLabel('Where to find help now').isVisible());
  assert.doesNotMatch(
      await page.locator('#looking').innerText(), /kill|suicide|risk/i);
  await assertAccessible(page, 'danger');
  await wholeShot('danger');
});

test('of two conversations either can be looked back on', async () => {
  await lookBack({tab: keys.markup, device: keys.weeks});
  assert.equal(await turns().count(), 4);
  await assertAccessible(page, 'two conversations');
  await page.getByLabel('The one kept on this device').check();
  await page.waitForFunction(
      () => document.querySelectorAll('.turn').length > 60);
  await page.getByLabel('The one in this tab').check();
  await page.waitForFunction(
      () => document.querySelectorAll('.turn').length === 4);
});

test('a conversation that is gone is said to be gone', async () => {
  await lookBack({tab: {id: 'AAAAAAAAAAAAAAAAAAAAAA', token: 'x'}});
  assert.match(await text(), /no longer on the server/);
  assert.equal(await page.locator('#whole').isVisible(), false);
  await assertAccessible(page, 'a conversation that is gone');
});

test('without the server there is the copy of this browser', async () => {
  await browserWith({tab: keys.weeks});
  await page.evaluate((turn) => sessionStorage.setItem(
      `nearer ${location.origin}/ turn/000000`, JSON.stringify(turn)),
      {n: 0, messages: ['Kept here.'], choices: [], help: null});
  let reachable = false;
  await page.route('**/v1/**', (route) =>
      reachable ? route.continue() : route.abort('connectionrefused'));
  await page.goto(`${server.url}history`);
  await settled();
  assert.match(await text(), /cannot be reached[^]*copy that this browser keeps/);
  assert.match(await text(), /Kept here\./);
  assert.equal(await page.locator('#looking').isVisible(), false);
  await assertAccessible(page, 'without the server');
  reachable = true;
  await page.getByRole('button', {name: 'Try again'}).click();
  await page.waitForFunction(
      () => document.querySelectorAll('.turn').length > 60);
});

test('what was just said to the coach can be looked back on', async () => {
  await browserWith();
  await page.goto(server.url);
  const chat = chatOn(page);
  await chat.answered(1);
  await chat.say(OPENING);
  await chat.about();
  await page.getByRole('link', {name: 'Look back on our talks'}).click();
  await page.waitForURL('**/history');
  await page.locator('.turn').nth(1).waitFor();
  assert.match(await said(), /just like I always have/);
  await page.goBack();
  await chat.answered(2);
  await chat.keepOnDevice();
  await chat.say('I never ask anyone for help');
  const another = await context.newPage();
  await another.goto(`${server.url}history`);
  await another.locator('.turn').nth(2).waitFor();
  assert.match(
      await another.locator('.transcript').textContent(),
      /never ask anyone for help/);
});

test('what is kept on the device can be read without a network', async () => {
  await browserWith();
  await page.goto(server.url);
  const chat = chatOn(page);
  await chat.answered(1);
  await chat.keepOnDevice();
  await chat.say(OPENING);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.goto(`${server.url}history`);
  await settled();
  assert.match(await text(), /copy that this browser keeps/);
  assert.match(await said(), /just like I always have/);
  await context.setOffline(false);
});

test('it can be left at once', async () => {
  await lookBack({tab: keys.weeks});
  await page.route('https://www.wikipedia.org/', (route) => route.fulfill(
      {contentType: 'text/html', body: '<title>Elsewhere</title>'}));
  const asked = page.waitForURL('https://www.wikipedia.org/');
  for (let i = 0; i < 3; ++i) await page.keyboard.press('Shift');
  await asked;
  assert.deepEqual(complaints.splice(0), ['asked https://www.wikipedia.org/']);
});

test('a thousand messages are there at once', async () => {
  const said = Array.from({length: 1000}, (_, i) => ({
    text: `${['I pull away', 'I handle it alone', 'Well'][i % 3]} ${i}`,
    after: i % 10 ? 60 : 86400,
  }));
  await server.kill();
  const key = writePast(server.db, said, BEGAN);
  await server.start();
  await browserWith({tab: key});
  const begun = Date.now();
  await page.goto(`${server.url}history`);
  await page.waitForFunction(
      () => document.querySelectorAll('.turn').length === 1001);
  const shown = Date.now() - begun;
  const searched = await page.evaluate(async () => {
    const field = document.getElementById('query');
    field.value = 'alone 4';
    const begun = performance.now();
    document.getElementById('search').requestSubmit();
    return performance.now() - begun;
  });
  assert.match(await page.locator('#found').innerText(), /found/);
  console.log(`1,000 messages: shown after ${shown} ms, searched in ${
      searched.toFixed(1)} ms`);
});
