// The figures the widget is to reach. Those that depend on the machine's speed
// are printed; the others must hold.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import net from 'node:net';
import {after, before, test} from 'node:test';

import lighthouse from 'lighthouse';

import {chatOn, hostSite, launch, scratch, Server, watch} from './nearer.js';

let folder, server, site;

before(async () => {
  folder = scratch();
  site = await hostSite({});
  server = new Server(
      folder.path('record.db'), '--no-limits', '--allow-origin', site.origin);
  await server.start();
});

after(async () => {
  await server?.kill();
  site?.close();
  folder?.remove();
});

async function compressed(path) {
  const response = await fetch(
      server.url + path, {method: 'HEAD', headers: {'Accept-Encoding': 'gzip'}});
  assert.equal(response.headers.get('content-encoding'), 'gzip');
  return Number(response.headers.get('content-length'));
}

test('it is small', async () => {
  const launcher = await compressed('widget.js');
  const chat = await compressed('chat.js');
  console.log(`launcher ${launcher} bytes, widget ${launcher + chat} bytes, ` +
              'as gzip');
  assert.ok(launcher <= 3 * 1024);
  assert.ok(launcher + chat <= 20 * 1024);
});

async function freePort() {
  const listening = net.createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const {port} = listening.address();
  listening.close();
  return port;
}

test('a page is hardly slower with the widget', async () => {
  const html = (script) => `<!doctype html><html lang="en"><head>
    <meta charset="utf-8"><title>A site</title>
    <meta name="description" content="A site with a chat.">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="data:,"></head><body><main><h1>A site</h1>
    <p>Its own words.</p></main>${script}</body></html>`;
  const policy = (own) => ({
    'content-security-policy': `default-src 'none'; script-src ${own}; ` +
        `connect-src ${own}; img-src data:; frame-ancestors 'none'; ` +
        'require-trusted-types-for \'script\'; trusted-types \'none\'; ' +
        'base-uri \'none\'',
    'cross-origin-opener-policy': 'same-origin',
  });
  const own = server.url.replace(/\/$/, '');
  site.pages['/without'] = {html: html(''), headers: policy('\'none\'')};
  site.pages['/with'] = {
    html: html(`<script src="${server.url}widget.js" defer></script>`),
    headers: policy(own),
  };
  const port = await freePort();
  const browser = await launch(`--remote-debugging-port=${port}`);
  const measureOnce = async (path) => {
    const {lhr} = await lighthouse(
        site.url + path, {port, output: 'json', logLevel: 'error'},
        {
          extends: 'lighthouse:default',
          settings: {
            onlyCategories: ['performance', 'accessibility', 'best-practices'],
          },
        });
    // On a busy machine it may miss the first paint.
    if (lhr.runtimeError || lhr.audits.interactive.numericValue === undefined)
      return null;
    const score = (name) => Math.round(lhr.categories[name].score * 100);
    return {
      performance: score('performance'),
      accessibility: score('accessibility'),
      'best practices': score('best-practices'),
      interactive: Math.round(lhr.audits.interactive.numericValue),
      shift: lhr.audits['cumulative-layout-shift'].numericValue,
      short: Object.values(lhr.audits)
                 .filter(({score, scoreDisplayMode}) => score !== null &&
                             score < 1 && scoreDisplayMode !== 'informative')
                 .map(({id}) => id),
    };
  };
  // The fastest of three: what else the machine does only makes it slower.
  const measure = async (path) => {
    const all = [];
    for (let tries = 0; all.length < 3 && tries < 6; ++tries) {
      const one = await measureOnce(path);
      if (one) all.push(one);
    }
    assert.equal(all.length, 3, `${path} could not be measured`);
    return all.sort((a, b) => a.interactive - b.interactive)[0];
  };
  const without = await measure('without');
  const seen = await measure('with');
  await browser.close();
  console.log('Lighthouse without the widget:', JSON.stringify(without));
  console.log('Lighthouse with the widget:   ', JSON.stringify(seen));
  console.log(`time to interactive ${seen.interactive - without.interactive} ms later`);
  assert.equal(seen.shift, 0);
  assert.equal(seen.accessibility, 100);
  assert.equal(seen['best practices'], 100, seen.short.join(', '));
});

test('a log of a thousand messages is whole, and takes one more at once', async () => {
  const begun = await (await fetch(
      `${server.url}v1/conversations`, {method: 'POST'})).json();
  const say = (i) => fetch(
      `${server.url}v1/conversations/${begun.id}/turns`, {
        method: 'POST',
        headers: {
          'Authorization': `Bearer ${begun.token}`,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({text: `Message ${i}.`, client_turn_id: `m${i}`}),
      });
  for (let i = 1; i < 500; ++i) await say(i);

  const browser = await launch();
  const page = await browser.newPage({viewport: {width: 900, height: 700}});
  const complaints = watch(page, new URL(server.url).origin);
  const chat = chatOn(page);
  await page.addInitScript(([base, key]) => {
    if (sessionStorage.length === 0)
      sessionStorage.setItem(
          `nearer ${base} conversation`, JSON.stringify(key));
  }, [server.url, {id: begun.id, token: begun.token}]);
  await page.goto(server.url);
  await chat.answered(500);
  assert.equal(await page.locator('.row').count(), 999);

  const began = Date.now();
  await page.reload();
  await chat.answered(500);
  console.log(`999 messages are back ${Date.now() - began} ms after a reload`);

  // From the event that brings it until it is laid out.
  await page.evaluate(() => {
    window.added = [];
    const {shadowRoot} = document.querySelector('nearer-chat');
    const log = shadowRoot.querySelector('[role=log]');
    let start;
    const stop = () => {
      log.lastElementChild.getBoundingClientRect();
      added.push(performance.now() - start);
    };
    const field = shadowRoot.querySelector('textarea');
    field.addEventListener('keydown', () => start = performance.now(), true);
    new MutationObserver(stop).observe(log, {childList: true});
  });
  const times = [];
  for (let i = 0; i < 5; ++i) {
    await page.evaluate(() => added.length = 0);
    await chat.say(`And ${i}.`);
    times.push(await page.evaluate(() => added[0]));
  }
  times.sort((a, b) => a - b);
  console.log(`message 1,001 is there after ${times[2].toFixed(1)} ms`);
  assert.equal(await page.locator('.row').count(), 1009);
  assert.deepEqual(complaints, []);
  await browser.close();
});
