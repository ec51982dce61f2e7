// The page at /unheard as an operator meets it: a real browser, the real
// server, and conversations that were spoken for real with the clock set.
import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, test} from 'node:test';

import {Serving} from '../serving.mjs';
import {assertAccessible, launch, picture, scratch, watch} from './nearer.js';
import {writePast} from './weeks.js';

const KEY = 'a-key-of-the-operator';
const WEEK = 7 * 86_400;
const BEGAN = Math.floor(Date.now() / 1000) - 4 * WEEK;
const SOFA = 'the purple sofa stands in the hallway';
const MARKUP = '<img src=x onerror="document.title=1"> & a zeppelin';

let browser, folder, server, keyless, talks, context, page, complaints;

before(async () => {
  folder = scratch();
  const db = folder.path('record.db');
  talks = [
    writePast(db, [{text: SOFA, after: 60}, {text: MARKUP, after: 60}], BEGAN),
    writePast(
        db,
        [
          {text: 'a purple sofa stands in our hallway', after: 60},
          {text: 'I want to kill myself', after: 60},
        ],
        BEGAN + 2 * WEEK),
  ];
  // Enough for a second page, each alone in its group.
  for (let i = 0; i < 55; ++i)
    writePast(
        db, [{text: `zeppelin${i} quagga${i} ${'ab'[i % 2]}`, after: 60}], BEGAN);
  server = new Serving(db, {variables: {NEARER_OPERATOR_KEY: KEY}});
  await server.start();
  keyless = new Serving(folder.path('other.db'), {});
  await keyless.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.end('SIGTERM');
  await keyless?.end('SIGTERM');
  folder?.remove();
});

beforeEach(() => {
  complaints = [];
});

afterEach(async () => {
  await context?.close();
  context = undefined;
  assert.deepEqual(complaints, []);
});

async function visit(options = {}, url = server.url) {
  context = await browser.newContext(
      {reducedMotion: 'reduce', locale: 'en-GB', ...options});
  context.setDefaultTimeout(20_000);
  page = await context.newPage();
  complaints = watch(page, new URL(url).origin);
  await page.goto(`${url}unheard`);
}

async function open(key = KEY) {
  await page.getByLabel('The operator’s key').fill(key);
  await page.getByRole('button', {name: 'Open'}).click();
}
const groups = () => page.locator('.group');
const status = () => page.getByRole('status');

test('the operator sees what no rule heard, the most frequent first', async () => {
  await visit();
  await open();
  await groups().first().waitFor();
  assert.equal(await groups().count(), 50);
  const first = groups().first();
  assert.match(await first.innerText(), /2 times in 2 conversations/);
  assert.equal(await first.locator('.weeks rect').count(), 2);
  await first.getByText('1 other wording').click();
  for (const words of [SOFA, 'a purple sofa stands in our hallway'])
    assert.equal(await first.getByText(words, {exact: true}).count(), 1, words);
  await first.getByText('Week by week').click();
  assert.equal(await first.getByText(/^Week of .*: once$/).count(), 2);
  const links = await first.getByRole('link', {name: 'Play it back'})
                    .evaluateAll((all) => all.map((a) => a.hash));
  assert.deepEqual(
      links.sort(),
      talks.map(({id}) => `#${id}/1`).sort());

  await page.getByRole('button', {name: 'More of them'}).click();
  await groups().nth(56).waitFor();
  assert.equal(await groups().count(), 57);
  assert.equal(
      await page.getByRole('button', {name: 'More of them'}).isVisible(), false);
  assert.equal(await page.getByText(MARKUP).count(), 1);
  assert.notEqual(await page.title(), '1');
  assert.doesNotMatch(await page.locator('main').innerText(), /kill/);
});

test('it keeps to the dates and numbers that are asked for', async () => {
  await visit();
  await open();
  await groups().first().waitFor();
  await page.getByLabel(/Said at least/).fill('2');
  await page.getByRole('button', {name: 'Look'}).click();
  await page.waitForFunction(
      () => document.querySelectorAll('.group').length === 1);
  const since = new Date((BEGAN + WEEK) * 1000).toISOString().slice(0, 10);
  await page.getByLabel('From').fill(since);
  await page.getByRole('button', {name: 'Look'}).click();
  await page.getByText('There is nothing that no rule heard.').waitFor();
  assert.equal(await groups().count(), 0);
});

test('another key opens nothing, and a server without one says so', async () => {
  await visit();
  await open('another-key-altogether');
  await status().getByText('That is not the operator’s key.').waitFor();
  assert.equal(await groups().count(), 0);
  await context.close();
  await visit({}, keyless.url);
  await open();
  await status().getByText('This server has no operator’s key.').waitFor();
});

test('the key is kept in no place and forgotten when it is told to', async () => {
  await visit();
  await open();
  await groups().first().waitFor();
  const kept = await page.evaluate(async () => JSON.stringify([
    {...sessionStorage}, {...localStorage}, document.cookie,
    (await indexedDB.databases()).map(({name}) => name), location.href,
  ]));
  assert.equal(kept.includes(KEY), false);
  await page.getByRole('button', {name: 'Forget the key'}).click();
  assert.equal(await groups().count(), 0);
  assert.equal(await page.locator('#found').isVisible(), false);
  await page.reload();
  await page.getByLabel('The operator’s key').waitFor();
  assert.equal(await groups().count(), 0);
});

const PHONE = {isMobile: true, hasTouch: true};
for (const [look, options] of Object.entries({
  'desktop-light': {viewport: {width: 1100, height: 900}},
  'desktop-dark': {viewport: {width: 1100, height: 900}, colorScheme: 'dark'},
  'phone-light': {viewport: {width: 360, height: 740}, ...PHONE},
  'phone-dark-320':
      {viewport: {width: 320, height: 568}, colorScheme: 'dark', ...PHONE},
})) {
  test(`${look}: it is accessible and fits`, async () => {
    await visit(options);
    const fits = async (state) => {
      await page.screenshot({path: picture(`unheard-${look}-${state}`)});
      await assertAccessible(page, `${look}, ${state}`);
      const [wide, room] = await page.evaluate(() => {
        const {scrollWidth, clientWidth} = document.documentElement;
        return [scrollWidth, clientWidth];
      });
      assert.equal(wide, room, `${state} is wider than the screen`);
    };
    await fits('locked');
    await open();
    await groups().first().waitFor();
    for (const summary of ['1 other wording', 'Week by week'])
      await groups().first().getByText(summary).click();
    await fits('found');
  });
}
