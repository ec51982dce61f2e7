// The page of `nearer graph`: by mouse, keys and fingers, on its own.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {after, before, test} from 'node:test';
import {pathToFileURL} from 'node:url';

import {assertAccessible, binary, launch, picture, scratch} from './nearer.js';

let browser, folder, url;

before(async () => {
  browser = await launch();
  folder = scratch();
  const file = folder.path('graph.html');
  writeFileSync(
      file,
      execFileSync(binary, ['graph', '--format', 'html'],
                   {maxBuffer: 1 << 26}));
  url = pathToFileURL(file).href;
});

after(async () => {
  await browser?.close();
  folder?.remove();
});

async function visit(options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (message) => wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('request', (request) => {
    if (request.url() !== url) wrong.push(request.url());
  });
  await page.goto(url);
  return {context, page, wrong};
}

// Where the first dialog's sheet is, and how large.
const sheetOf = (page) => page.locator('.sheet').first().evaluate((sheet) => {
  const {a, e, f} = new DOMMatrix(getComputedStyle(sheet).transform);
  return {zoom: a, x: e, y: f};
});

test('it is moved and zoomed by mouse, keys and buttons', async () => {
  const {context, page, wrong} =
      await visit({viewport: {width: 1200, height: 800}});
  const view = page.locator('.view').first();
  await view.scrollIntoViewIfNeeded();
  await view.focus();
  const before = await sheetOf(page);
  await page.keyboard.press('+');
  const closer = await sheetOf(page);
  assert.ok(closer.zoom > before.zoom);
  await page.keyboard.press('ArrowRight');
  assert.ok((await sheetOf(page)).x < closer.x);
  await page.keyboard.press('0');
  const whole = await sheetOf(page);
  assert.ok(whole.zoom < closer.zoom);

  const frame = await view.boundingBox();
  const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 50, y + 30);
  await page.mouse.up();
  const dragged = await sheetOf(page);
  assert.equal(Math.round(dragged.x - whole.x), 50);
  assert.equal(Math.round(dragged.y - whole.y), 30);
  await page.mouse.wheel(0, -300);
  await page.waitForFunction(
      (zoom) => new DOMMatrix(getComputedStyle(document.querySelector('.sheet'))
                                  .transform).a > zoom,
      dragged.zoom);
  await page.getByRole('button', {name: 'further'}).first().click();
  assert.deepEqual(wrong, []);
  await context.close();
});

test('the keyboard brings every box into view', async () => {
  const {context, page} = await visit({viewport: {width: 700, height: 600}});
  const view = page.locator('.view').first();
  await view.focus();
  for (let i = 0; i < 5; ++i) await page.keyboard.press('+');
  const boxes = await view.locator('.box').count();
  for (let i = 0; i < boxes; ++i) {
    await page.keyboard.press('Tab');
    const shown = await page.evaluate(() => {
      const box = document.activeElement.getBoundingClientRect();
      const frame =
          document.activeElement.closest('.view').getBoundingClientRect();
      return box.left >= frame.left && box.top >= frame.top &&
          box.left < frame.right && box.top < frame.bottom;
    });
    assert.ok(shown, `box ${i}`);
  }
  await context.close();
});

for (const [name, options] of Object.entries({
       'desktop-light': {viewport: {width: 1200, height: 800}},
       'desktop-dark':
           {viewport: {width: 1200, height: 800}, colorScheme: 'dark'},
       'phone-dark': {
         viewport: {width: 375, height: 720},
         colorScheme: 'dark',
         isMobile: true,
         hasTouch: true,
       },
     })) {
  test(`everybody can use it: ${name}`, async () => {
    const {context, page, wrong} = await visit(options);
    await assertAccessible(page, name);
    await page.screenshot({path: picture(`graph-${name}`)});
    const width = await page.evaluate(
        () => document.documentElement.scrollWidth - innerWidth);
    assert.ok(width <= 0, 'the page itself does not scroll sideways');
    assert.deepEqual(wrong, []);
    await context.close();
  });
}
