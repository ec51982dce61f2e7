// The widget in other people's pages: another origin, their style, their
// policy, their routing.
import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, test} from 'node:test';

import {chatOn, hostSite, launch, OPENING, scratch, Server, watch} from
    './nearer.js';

let browser, folder, site, server, context, page, chat, complaints;

const HOST = (body, head = '') => `<!doctype html><html lang="en"><head>
  <meta charset="utf-8"><title>A site</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="icon" href="data:,">${head}</head>
  <body><main><h1>A site</h1><p>Its own words.</p><div id="place"></div>
  ${body}</main></body></html>`;
const script = (attributes = '') =>
    `<script src="${server.url}widget.js" ${attributes} defer></script>`;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

beforeEach(async () => {
  folder = scratch();
  site = await hostSite({});
  server = new Server(
      folder.path('record.db'), '--no-limits', '--allow-origin', site.origin);
  await server.start();
  context = await browser.newContext({viewport: {width: 1000, height: 760}});
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  chat = chatOn(page);
  complaints = watch(page, site.origin, new URL(server.url).origin);
});

afterEach(async () => {
  await context.close();
  await server.kill();
  site.close();
  folder.remove();
});

async function visit(html, headers) {
  site.pages['/'] = {html, headers};
  await page.goto(site.url);
}

const launcher = () => chat.button('Talk it through');

test('a launcher opens the chat, and the focus comes back to it', async () => {
  await visit(HOST(script()));
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url()));
  await launcher().waitFor();
  assert.ok(!fetched.some((url) => url.endsWith('chat.js')));

  await page.keyboard.press('Tab');
  assert.equal(await launcher().getAttribute('aria-expanded'), 'false');
  await page.keyboard.press('Enter');
  await chat.answered(1);
  assert.ok(await page.getByRole('dialog', {name: 'nearer'}).isVisible());
  assert.ok(await chat.field.evaluate((field) => field.matches(':focus')));
  await chat.say(OPENING);

  await chat.button('About and privacy').click();
  await page.keyboard.press('Escape');
  assert.ok(await chat.field.isVisible());  // that was for the sheet
  await page.keyboard.press('Escape');
  assert.ok(await chat.field.isHidden());
  assert.ok(await launcher().evaluate((button) => button.matches(':focus')));
  assert.deepEqual(complaints, []);
});

test('window.nearer opens, closes, sends, and tells what happens', async () => {
  await visit(HOST(script('data-launcher="none"')));
  await page.waitForFunction(() => window.nearer);
  assert.equal(await launcher().count(), 0);
  await page.evaluate(() => {
    window.told = [];
    for (const name of ['ready', 'open', 'close', 'message', 'sent',
                        'delivered', 'error', 'offline', 'online'])
      nearer.on(name, (detail) => told.push([name, detail]));
    nearer.on('sent', window.dropped = () => told.push(['dropped']));
    nearer.off('sent', window.dropped);
  });
  await page.evaluate(() => nearer.open());
  await chat.answered(1);
  await page.evaluate((words) => nearer.send(words), OPENING);
  await chat.answered(2);
  await page.evaluate(() => nearer.close());
  await page.waitForFunction(() => told.at(-1)[0] === 'close');
  const told = await page.evaluate(() => window.told);
  assert.deepEqual(
      told.map(([name]) => name),
      ['ready', 'open', 'message', 'sent', 'delivered', 'message', 'close']);
  const of = (name) => told.find((each) => each[0] === name)[1];
  assert.equal(of('sent').text, OPENING);
  assert.equal(of('delivered').id, of('sent').id);
  assert.equal(of('delivered').n, 1);

  await context.setOffline(true);
  await page.waitForFunction(() => told.at(-1)[0] === 'offline');
  await context.setOffline(false);
  await page.waitForFunction(() => told.at(-1)[0] === 'online');
  await page.evaluate(() => nearer.destroy());
  assert.equal(await page.locator('nearer-launcher').count(), 0);
  assert.equal(await page.evaluate(() => 'nearer' in window), false);
});

test('what did not load is loaded when it is asked for again', async () => {
  let cut = 0;
  await page.route('**/chat.js*', (route) =>
    cut++ < 2 ? route.abort('connectionreset') : route.continue());
  await visit(HOST(script('data-side="start" data-theme="dark"')));
  await launcher().click();
  await chat.button('Not reachable just now.').waitFor();
  await page.evaluate(() => document.getElementById('place').append(
      document.createElement('nearer-chat')));
  await chat.button('Not reachable just now. Try again').click();
  await chat.answered(1);
  await page.evaluate(() => document.querySelector('nearer-chat').remove());
  await chat.button('Not reachable just now.').click();
  await chat.answered(1);
  const box = await page.locator('dialog.panel').boundingBox();
  assert.ok(box.x < 100);
  assert.equal(
      await page.locator('.chat').evaluate(
          (element) => getComputedStyle(element).backgroundColor),
      'rgb(21, 25, 26)');
});

test('an origin that is not allowed gets nothing', async () => {
  const other = await hostSite({'/': {html: HOST(script())}});
  await page.goto(other.url);
  await launcher().click();
  await page.waitForFunction(() => new Promise((done) => {
    nearer.on('error', done);
    nearer.open().catch(() => {});
  }));
  assert.equal(await chat.field.count(), 0);
  other.close();
});

test('it is mounted and unmounted a hundred times in one page', async () => {
  await visit(HOST(script()));
  await launcher().waitFor();
  await page.evaluate(async (url) => {
    const place = document.getElementById('place');
    const rounds = async (mount, unmount) => {
      for (let i = 0; i < 50; ++i) {
        const gone = await mount(i);
        await unmount(gone);
      }
    };
    await rounds(async (i) => {
      const chat = document.createElement('nearer-chat');
      place.append(chat);
      // Some go before they have come.
      while (i % 2 && !chat.shadowRoot?.querySelector('.row.coach'))
        await new Promise(requestAnimationFrame);
      return chat;
    }, (chat) => chat.remove());
    await rounds(async (i) => {
      if (!window.nearer) {
        const script = document.createElement('script');
        script.src = `${url}widget.js`;
        document.head.append(script);
        await new Promise((done) => script.onload = done);
      }
      if (i % 2) await nearer.open();
    }, () => nearer.destroy());
  }, server.url);
  assert.equal(await page.locator('nearer-launcher, nearer-chat').count(), 0);
  assert.deepEqual(complaints, []);

  await page.addScriptTag({url: `${server.url}widget.js`});
  await launcher().click();
  await chat.answered(1);
  await chat.say(OPENING);
  assert.equal((await server.turns(await chat.key())).length, 2);
  // What was unmounted has nothing left on the page that answers to keys.
  assert.equal(await page.getByRole('dialog').count(), 1);
});

test('an element that is moved goes on where it was', async () => {
  await visit(HOST(`${script('data-launcher="none"')}<nearer-chat></nearer-chat>`));
  await chat.answered(1);
  await chat.say(OPENING);
  await page.evaluate(
      () => document.getElementById('place').append(
          document.querySelector('nearer-chat')));
  await chat.say('It started when I was a kid.');
  assert.equal(await chat.fromMe.count(), 2);
});

test('a strict policy with Trusted Types is kept', async () => {
  const own = server.url.replace(/\/$/, '');
  await visit(HOST(script()), {
    'content-security-policy':
        `default-src 'none'; script-src ${own}; connect-src ${own}; ` +
        'img-src data:; require-trusted-types-for \'script\'; ' +
        'trusted-types \'none\'; base-uri \'none\'; form-action \'none\'',
  });
  await launcher().click();
  await chat.answered(1);
  await chat.say(OPENING);
  await chat.fromCoach.last().getByRole('button').click();
  await chat.about('Forget everything…');
  await chat.button('Yes, forget it').click();
  await chat.answered(1);
  assert.deepEqual(complaints, []);
  console.log('0 violations of a strict policy, 0 requests to other origins');
});

const HOSTILE = `<style>
  * { all: revert; font: 40px/3 fantasy !important; color: red !important;
      letter-spacing: 9px !important; text-transform: uppercase !important;
      background: lime !important; border: 5px dashed blue !important;
      margin: 13px !important; padding: 17px !important; opacity: .4 !important;
      box-sizing: content-box !important; transform: rotate(3deg) !important;
      float: right !important; text-align: right !important;
      visibility: hidden !important; display: none !important;
      position: static !important; z-index: -1 !important;
      animation: none !important; filter: blur(3px) !important;
      zoom: 2 !important; pointer-events: none !important }
  html { font-size: 5px !important }
  html, body, head { display: block !important; visibility: visible !important;
      transform: none !important; opacity: 1 !important; filter: none !important;
      zoom: 1 !important; float: none !important; margin: 0 !important;
      padding: 0 !important; border: 0 !important;
      pointer-events: auto !important }
  button, textarea, dialog, aside, [class], [role] { width: 3px !important }
</style>`;

test('a page with hostile style changes no pixel of the widget', async () => {
  const looks = async (head) => {
    await visit(HOST(script('data-open'), head));
    await chat.answered(1);
    await chat.field.blur();
    const panel = page.locator('dialog.panel');
    // Greetings differ; the page shines through rounded corners.
    await page.evaluate(() => {
      const {shadowRoot} = document.querySelector('nearer-launcher');
      shadowRoot.querySelector('.coach p').textContent = 'Hello.';
      const inside = new CSSStyleSheet();
      inside.replaceSync(
          '.panel{border-radius:0!important;box-shadow:none!important}');
      shadowRoot.adoptedStyleSheets.push(inside);
    });
    const open = await panel.screenshot({animations: 'disabled'});
    await chat.button('Close').click();
    await page.evaluate(() => {
      const {shadowRoot} = document.querySelector('nearer-launcher');
      const inside = new CSSStyleSheet();
      inside.replaceSync(
          '.launcher{border-radius:0!important;box-shadow:none!important;' +
          'outline:none!important}');
      shadowRoot.adoptedStyleSheets.push(inside);
    });
    await page.mouse.move(5, 5);
    return [open, await launcher().screenshot({animations: 'disabled'})];
  };
  const [calm, hostile] = [await looks(''), await looks(HOSTILE)];
  assert.ok(calm[0].equals(hostile[0]), 'the window differs');
  assert.ok(calm[1].equals(hostile[1]), 'the launcher differs');
});

test('the widget changes no pixel of the page', async () => {
  const styled = `<style>body{font:20px serif;margin:3em}h1{color:green}
    button{border:3px solid red}</style>`;
  const body = '<button>Theirs</button><textarea>Theirs</textarea>';
  await visit(HOST(body, styled));
  // Left of the window and its shadow.
  const clip = {x: 0, y: 0, width: 480, height: 760};
  const without = await page.screenshot({clip});
  await visit(HOST(body + script('data-open'), styled));
  await chat.answered(1);
  await chat.field.blur();
  assert.ok(without.equals(await page.screenshot({clip})));
});

test('on a phone it covers the page, and going back closes it', async () => {
  await context.close();
  context = await browser.newContext({
    viewport: {width: 360, height: 640},
    isMobile: true,
    hasTouch: true,
  });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  chat = chatOn(page);
  await visit(HOST(script()));
  await launcher().tap();
  await chat.answered(1);
  const box = await page.locator('dialog.panel').boundingBox();
  assert.deepEqual(
      [box.x, box.y, box.width, box.height], [0, 0, 360, 640]);
  await page.goBack();
  assert.ok(await chat.field.isHidden());
  assert.equal(page.url(), site.url);

  // Closed by its button it leaves no step behind.
  const steps = await page.evaluate(() => history.length);
  await launcher().tap();
  await chat.button('Close').tap();
  await page.waitForFunction(() => !history.state?.nearer);
  assert.ok(await page.evaluate(() => history.length) <= steps);
});
