// How it looks, and whether everybody can use it: every state on a desktop and
// a phone, light, dark, from right to left, in forced colours, magnified. The
// pictures are in build/screenshots, to be looked at.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {
  assertAccessible,
  chatOn,
  hostSite,
  launch,
  OPENING,
  picture,
  scratch,
  Server,
} from './nearer.js';

let browser, folder, server, site;

before(async () => {
  browser = await launch();
  folder = scratch();
  site = await hostSite({});
  server = new Server(
      folder.path('record.db'), '--no-limits', '--allow-origin', site.origin);
  await server.start();
});

after(async () => {
  await browser?.close();
  await server?.kill();
  site?.close();
  folder?.remove();
});

const PHONE = {isMobile: true, hasTouch: true};
const LOOKS = {
  'desktop-light': {viewport: {width: 1100, height: 800}},
  'desktop-dark': {viewport: {width: 1100, height: 800}, colorScheme: 'dark'},
  'desktop-forced-colors':
      {viewport: {width: 1100, height: 800}, forcedColors: 'active'},
  'phone-light': {viewport: {width: 375, height: 720}, ...PHONE},
  'phone-dark-320':
      {viewport: {width: 320, height: 568}, colorScheme: 'dark', ...PHONE},
  'magnified-400': {viewport: {width: 320, height: 256}},
};

async function visit(options, url = server.url) {
  const context = await browser.newContext({reducedMotion: 'reduce', ...options});
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  await page.goto(url);
  return {context, page, chat: chatOn(page)};
}

// Through every state a conversation has; `saw` is called in each.
async function everyState({context, page, chat}, saw) {
  await chat.answered(1);
  await saw('greeting');
  await chat.say('I never ask for help, it is easier alone');
  await chat.fromCoach.last()
      .getByRole('button', {name: 'Why did you say this?'})
      .click();
  await page.locator('.because cite').first().waitFor();
  await saw('why');
  await chat.say('Journal');
  await chat.choices.first().waitFor();
  await saw('exercise');
  await chat.button('Take back').click();
  await chat.answered(4);
  await saw('taken-back');
  await chat.say('I want to kill myself');
  await saw('safety');
  await context.setOffline(true);
  await chat.write('Is somebody there? I would like to say more.');
  await chat.waiting.waitFor();
  await saw('offline');
  await chat.waiting.getByRole('button', {name: 'Edit'}).click();
  await saw('editing');
  await page.keyboard.press('Escape');
  await context.setOffline(false);
  await chat.answered(6);
  await chat.about();
  await saw('about');
  await chat.button('Forget everything…').click();
  await saw('forget');
  await chat.button('Keep it').click();
}

for (const [look, options] of Object.entries(LOOKS)) {
  test(`${look}: every state is accessible and fits`, async () => {
    const visited = await visit(options);
    await everyState(visited, async (state) => {
      await visited.page.screenshot({path: picture(`${look}-${state}`)});
      await assertAccessible(visited.page, `${look}, ${state}`);
      const {scrollWidth, clientWidth} = await visited.page.evaluate(() => {
        const {scrollWidth, clientWidth} = document.documentElement;
        return {scrollWidth, clientWidth};
      });
      assert.equal(scrollWidth, clientWidth, `${state} is wider than the screen`);
    });
    await visited.context.close();
  });
}

const HOST = (dir) => `<!doctype html><html lang="${
    dir === 'rtl' ? 'he' : 'en'}" dir="${dir}"><head><meta charset="utf-8">
  <title>A site</title><link rel="icon" href="data:,">
  <meta name="viewport" content="width=device-width, initial-scale=1"></head>
  <body style="font:1.1rem/1.6 sans-serif;margin:2rem">
  <main><h1>A site</h1><p>Its own words.</p></main>
  <script src="${server.url}widget.js" defer></script></body></html>`;

for (const [look, dir, options] of [
  ['window', 'ltr', {viewport: {width: 1000, height: 760}}],
  ['window-rtl', 'rtl', {viewport: {width: 1000, height: 760}}],
  ['window-phone-rtl-dark', 'rtl',
   {viewport: {width: 360, height: 640}, colorScheme: 'dark', ...PHONE}],
]) {
  test(`${look}: a site with the widget is accessible`, async () => {
    site.pages['/'] = {html: HOST(dir)};
    const {context, page, chat} = await visit(options, site.url);
    await chat.button('Talk it through').waitFor();
    await page.screenshot({path: picture(`${look}-closed`)});
    await assertAccessible(page, `${look}, closed`);
    await chat.button('Talk it through').click();
    await chat.answered(1);
    await chat.say('שלום, אני לא מבקש עזרה.');
    await chat.say(OPENING);
    await page.screenshot({path: picture(`${look}-open`)});
    await assertAccessible(page, `${look}, open`);
    const me = await chat.fromMe.last().locator('.said').boundingBox();
    const coach = await chat.fromCoach.last().locator('.said').boundingBox();
    assert.equal(me.x > coach.x, dir === 'ltr');
    for (const [row, direction] of [[0, 'rtl'], [1, 'ltr']])
      assert.equal(
          await chat.fromMe.nth(row).locator('p').evaluate(
              (p) => getComputedStyle(p).direction),
          direction);
    await context.close();
  });
}
