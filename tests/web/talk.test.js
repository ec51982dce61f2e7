// The page as a person meets it: a real browser, the real server, killed and
// started again in between.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  chat,
  chatOn,
  complaints,
  context,
  freshTalks,
  OPENING,
  page,
  Server,
  server,
  until,
  visit,
} from './nearer.js';

freshTalks((db) => new Server(db));

test('it says at first contact what it is, and is answered', async () => {
  const text = await page.locator('.scroller').innerText();
  for (const plain of [
    /program, not a person/, /not therapy/, /no diagnosis/, /[Nn]obody reads/,
    /cannot call for help/,
  ]) {
    assert.match(text, plain);
  }
  await chat.say(OPENING);
  assert.equal(await chat.fromMe.count(), 1);
  assert.match(await chat.fromMe.innerText(), /just like I always have/);
  assert.ok((await chat.fromCoach.last().innerText()).length > 20);
  assert.equal(await chat.field.inputValue(), '');
  assert.deepEqual(complaints, []);
});

test('killed and started again, the server and the page go on', async () => {
  await chat.say(OPENING);
  await chat.say('It started when I was a kid, I think.');
  const before = await chat.transcript();

  await server.kill();
  await server.start();
  await page.reload();
  await chat.answered(3);
  assert.deepEqual(await chat.transcript(), before);

  await chat.say('Maybe it kept me safe.');
  assert.equal(await chat.fromMe.count(), 3);
  assert.deepEqual(complaints, []);
});

test('nothing is kept before the first message, here or on the server', async () => {
  let begun;
  page.on('response', async (response) => {
    if (response.request().method() === 'POST') begun = await response.json();
  });
  await page.reload();
  await chat.answered(1);
  await chat.field.fill('Should I?');
  assert.deepEqual(await chat.kept(), {});
  const greeting = {...begun};
  assert.equal((await server.turns(greeting)).length, 1);

  const erased = page.waitForRequest((request) => request.method() === 'DELETE')
                     .catch(() => null);
  await page.goto('about:blank');
  await erased;
  for (let i = 0; i < 500 && await server.turns(greeting) !== 404; ++i) {
    // Until the farewell has arrived.
  }
  assert.equal(await server.turns(greeting), 404);

  await page.goto(server.url);
  await chat.answered(1);
  await chat.say(OPENING);
  assert.ok((await chat.kept()).conversation);
  assert.deepEqual(await context.cookies(), []);
});

test('it is kept where the person chooses, and can be moved', async () => {
  const inTab = () => page.evaluate(() => sessionStorage.length);
  const onDevice = () =>
      page.evaluate(async () => (await indexedDB.databases()).length);
  assert.ok(await page.getByLabel('in this tab only').isChecked());
  await chat.say(OPENING);
  assert.ok(await inTab() > 0);
  assert.equal(await onDevice(), 0);

  await chat.keepOnDevice();
  await page.waitForFunction(() => sessionStorage.length === 0);
  assert.equal(await onDevice(), 1);
  const before = await chat.transcript();
  const other = chatOn(await context.newPage());
  await other.page.goto(server.url);
  await other.answered(2);
  assert.deepEqual(await other.transcript(), before);
  await other.page.close();

  await page.getByLabel('in this tab only').first().check();
  await until(page, async () => sessionStorage.length > 0 &&
                        !(await indexedDB.databases()).length);
  await page.reload();
  await chat.answered(2);
  assert.deepEqual(await chat.transcript(), before);
  assert.ok(await page.getByLabel('in this tab only').isChecked());
});

test('where nothing can be stored it still talks, and says so', async () => {
  await page.addInitScript(() => {
    for (const name of ['sessionStorage', 'indexedDB'])
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
  });
  await page.reload();
  await chat.answered(1);
  await chat.say(OPENING);
  assert.match(await chat.bar.innerText(), /keeps nothing.*stays open/);
  await chat.say('It started when I was a kid.');
  assert.equal(await chat.fromMe.count(), 2);
});

test('a choice is an answer', async () => {
  const first = await chat.choices.first().innerText();
  await chat.choices.first().click();
  await chat.answered(2);
  assert.match(
      await chat.fromMe.last().innerText(), new RegExp(first.slice(0, 9)));
  assert.ok(await chat.field.evaluate((field) => field.matches(':focus')));
});

test('an exercise is gone through with its choices', async () => {
  await chat.say('Journal');
  for (let step = 0; step < 3; ++step) {
    const times = await chat.fromCoach.count();
    await chat.choices.first().click();
    await chat.answered(times + 1);
  }
  const turns = await server.turns(await chat.key());
  assert.equal(turns.length, 5);
  assert.ok(turns.slice(1).some(({dialog}) => dialog));
});

test('everything can be done with the keyboard', async () => {
  await page.keyboard.type('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('and a second');
  await page.keyboard.press('Enter');
  await chat.answered(2);
  assert.match(await chat.fromMe.innerText(), /First line\nand a second/);

  const focused = () => page.evaluate(() => {
    const {activeElement} = document.querySelector('nearer-chat').shadowRoot;
    return activeElement.getAttribute('aria-label') ||
        activeElement.textContent;
  });
  await page.keyboard.press('F6');
  assert.equal(await focused(), 'Conversation');
  await page.keyboard.press('F6');
  assert.equal(await focused(), 'Your message');

  // Backwards from the field everything is reached.
  const reached = [];
  while (reached.at(-1) !== 'Leave quickly' && reached.length < 20) {
    await page.keyboard.press('Shift+Tab');
    reached.push(await focused());
  }
  for (const name of
           ['Why did you say this?', 'Edit', 'Take back', 'in this tab only',
            'About and privacy', 'Leave quickly'])
    assert.ok(reached.some((each) => each?.includes(name)) ||
                  name === 'in this tab only' && reached.includes(''),
              `${name} in ${reached.join(', ')}`);

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', {name: 'About and privacy'});
  assert.ok(await dialog.isVisible());
  for (let i = 0; i < 8; ++i) {
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement === document.body ||
        document.querySelector('nearer-chat').shadowRoot.activeElement
            .closest('[role=dialog]') !== null));
  }
  await dialog.getByLabel('in this tab only').focus();
  await page.keyboard.press('Escape');
  assert.equal(await dialog.count(), 0);
  assert.equal(await focused(), 'About and privacy');
});

test('a word that is still being composed is not sent', async () => {
  const session = await context.newCDPSession(page);
  await chat.field.focus();
  await session.send(
      'Input.imeSetComposition',
      {text: 'きょう', selectionStart: 3, selectionEnd: 3});
  await chat.field.dispatchEvent(
      'keydown', {key: 'Enter', isComposing: true, bubbles: true});
  await chat.field.dispatchEvent(
      'keydown', {key: 'Enter', keyCode: 229, bubbles: true});
  assert.equal(await chat.fromMe.count(), 0);
  await session.send('Input.insertText', {text: '今日'});
  await chat.field.press('Enter');
  await chat.answered(2);
  assert.match(await chat.fromMe.innerText(), /今日/);
});

test('each reply is announced once, and history is not', async () => {
  await page.addInitScript(() => {
    window.spoken = [];
    const wait = setInterval(() => {
      const live = document.querySelector('nearer-chat')?.shadowRoot
                       ?.querySelector('[aria-live=polite]');
      if (!live) return;
      clearInterval(wait);
      new MutationObserver((changes) => changes.forEach(
          ({addedNodes}) => addedNodes.forEach(
              (node) => spoken.push(node.textContent))))
          .observe(live, {childList: true, subtree: true, characterData: true});
    }, 1);
  });
  await chat.say(OPENING);
  await page.reload();
  await chat.answered(2);
  assert.deepEqual(await page.evaluate(() => spoken), []);

  await chat.say('It started when I was a kid.');
  const [, , turn] = await server.turns(await chat.key());
  const spoken = await page.evaluate(() => window.spoken);
  assert.deepEqual(spoken.slice(0, turn.messages.length), turn.messages);
  assert.ok(spoken.slice(turn.messages.length)
                .every((words) => /^Suggested answers/.test(words)));
  assert.equal(
      await page.locator('[aria-live]:not([aria-live=off])').count(), 1);
  assert.equal(await chat.log.getAttribute('aria-live'), 'off');
});

test('a reply can be asked for its rule, article and heading', async () => {
  await chat.say('I never ask for help, it is easier alone');
  const turn = (await server.turns(await chat.key()))[1];
  const asked = chat.fromCoach.last();
  await asked.getByRole('button', {name: 'Why did you say this?'}).click();
  await asked.locator('.because cite').first().waitFor();
  const because = await asked.locator('.because').innerText();
  assert.match(because, /“I never ask for help”/);
  assert.ok(because.includes(turn.theme.replaceAll('_', ' ')));
  assert.match(because, /rule “/);
  assert.match(because, /under “/);
  await asked.getByRole('button', {name: 'Why did you say this?'}).click();
  assert.equal(await asked.locator('.because').count(), 0);

  await chat.fromCoach.first()
      .getByRole('button', {name: 'Why did you say this?'})
      .click();
  await page.getByText('This is how a conversation begins').first().waitFor();
});

test('everything can be forgotten, here and on the server', async () => {
  await chat.say(OPENING);
  const key = await chat.key();
  await chat.forget();
  await page.getByText('Everything is forgotten').first().waitFor();
  await chat.answered(1);
  assert.equal(await chat.fromMe.count(), 0);
  assert.deepEqual(await chat.kept(), {});
  assert.equal(await server.turns(key), 404);
});

test('forgotten while the server is away, it is wiped here and erased later', async () => {
  await chat.keepOnDevice();
  await chat.say(OPENING);
  const key = await chat.key();
  await server.kill();
  await chat.forget();
  await page.getByText('It is wiped here').first().waitFor();
  assert.equal(await chat.fromMe.count(), 0);
  assert.deepEqual(Object.keys(await chat.kept()), [key.id]);

  await server.start();
  assert.equal((await server.turns(key)).length, 2);
  await page.reload();
  await chat.answered(1);
  await page.getByText('erased its copy too').first().waitFor();
  assert.equal(await server.turns(key), 404);
  assert.deepEqual(await chat.kept(), {});
});

test('a conversation that is gone is replaced, and the words are kept', async () => {
  await chat.say(OPENING);
  const {id, token} = await chat.key();
  await fetch(
      `${server.url}v1/conversations/${id}`,
      {method: 'DELETE', headers: {Authorization: `Bearer ${token}`}});
  await chat.write('Where were we?');
  await page.getByText('no longer on the server').first().waitFor();
  await chat.answered(1);
  assert.equal(await chat.field.inputValue(), 'Where were we?');
  await page.reload();
  await chat.answered(1);
  assert.equal(await chat.field.inputValue(), 'Where were we?');
});

test('what a person writes is shown as text and nothing else', async () => {
  await chat.say('<img src=x onerror="document.title=1"> & <b>bold</b>');
  assert.match(await chat.fromMe.innerText(), /<img src=x/);
  assert.equal(await page.title(), 'nearer');
  assert.equal(
      await page.locator('.row.me img, .row.me p *').count(), 0);
  assert.deepEqual(complaints, []);
});

test('an answer from something in between does not end a conversation', async () => {
  await chat.say(OPENING);
  await page.route('**/turns', (route) => route.fulfill(
      {status: 404, contentType: 'application/json', body: '{"error":"?"}'}));
  await chat.write('Still here?');
  await chat.button('Try again now').waitFor();
  assert.equal(await chat.fromMe.count(), 2);
  await page.unrouteAll();
  await chat.button('Try again now').click().catch(() => {});
  await chat.answered(3);
});

test('where help is to be had stays in view, also offline', async () => {
  await chat.keepOnDevice();
  await chat.say('I want to kill myself');
  await chat.say("I don't know");
  await chat.say('US');
  const help = page.getByLabel('Where to find help now');
  assert.ok(await help.isVisible());
  const links = await help.getByRole('link').evaluateAll(
      (all) => all.map((link) => link.getAttribute('href')));
  assert.ok(links.includes('tel:911') && links.includes('tel:988') &&
                links.includes('sms:741741'),
            links.join(' '));

  await page.reload();
  await chat.answered(4);
  assert.ok(await help.isVisible());
  await server.kill();
  await chat.write('Are you there?');
  await chat.waiting.waitFor();
  assert.ok(await help.isVisible());
  assert.ok(await help.getByRole('link', {name: '911'}).isEnabled());
  await context.setOffline(true);
  await page.getByText('You are offline.').first().waitFor();
  assert.ok(await help.isVisible());
});

test('the page opens without its server while it is kept on the device', async () => {
  await chat.keepOnDevice();
  await chat.say('I want to kill myself');
  await until(page, async () =>
    (await navigator.serviceWorker.getRegistration())?.active?.state ===
        'activated');
  const before = await chat.transcript();
  await server.kill();
  await page.reload();
  await chat.button('Try again now').waitFor();
  assert.deepEqual(await chat.transcript(), before);
  assert.ok(await page.getByLabel('Where to find help now').isVisible());
  await chat.write('Not yet, but soon.');
  await chat.waiting.waitFor();

  await server.start();
  await chat.button('Try again now').click().catch(() => {});
  await chat.answered(3);
  await chat.forget();
  await until(page, async () =>
    !await navigator.serviceWorker.getRegistration() &&
        (await caches.keys()).length === 0);
  assert.deepEqual(complaints, []);
});

test('what was said can be taken back and said anew', async () => {
  await chat.say('I love being on my own');
  await chat.button('Take back').click();
  await chat.answered(3);
  assert.match(await chat.fromMe.nth(0).getAttribute('class'), /aside/);

  await chat.say('I hate asking');
  await chat.button('Edit').click();
  assert.equal(await chat.field.inputValue(), 'I hate asking');
  await page.keyboard.press('Escape');
  assert.equal(await chat.field.inputValue(), '');

  await chat.button('Edit').click();
  await chat.write('I never ask for help');
  await chat.answered(6);
  const said = (await server.turns(await chat.key())).map(({text}) => text);
  assert.deepEqual(said.slice(1), [
    'I love being on my own', 'I take that back.', 'I hate asking',
    'I take that back.', 'I never ask for help',
  ]);
});

test('Shift three times clears the screen and leaves', async () => {
  await page.route('https://www.wikipedia.org/', (route) =>
    route.fulfill({body: 'elsewhere', contentType: 'text/html'}));
  await chat.say(OPENING);
  await page.keyboard.type('ABC');
  await page.keyboard.press('Shift');
  await page.keyboard.press('Shift');
  await page.keyboard.press('A');
  await page.keyboard.press('Shift');
  assert.equal(page.url(), server.url);

  let shown;
  page.on('request', async (request) => {
    if (request.isNavigationRequest()) shown = request.url();
  });
  await page.keyboard.press('Shift');
  await page.keyboard.press('Shift');
  await page.waitForURL('https://www.wikipedia.org/');
  assert.equal(shown, 'https://www.wikipedia.org/');
  await page.goBack().catch(() => {});
  assert.notEqual(page.url(), server.url);
});

test('it fits a narrow phone, in the dark, with much text', async () => {
  await visit({
    viewport: {width: 320, height: 568},
    colorScheme: 'dark',
    reducedMotion: 'reduce',
    hasTouch: true,
    isMobile: true,
  });
  await chat.say('Well. '.repeat(120) + 'x'.repeat(200));
  const [pageWidth, overflow] = await page.evaluate(() => {
    const scroller = document.querySelector('nearer-chat')
                         .shadowRoot.querySelector('.scroller');
    return [
      document.documentElement.scrollWidth,
      scroller.scrollWidth - scroller.clientWidth,
    ];
  });
  assert.equal(pageWidth, 320);
  assert.equal(overflow, 0);
  const send = await chat.button('Send').boundingBox();
  assert.ok(send.x + send.width <= 320 && send.y + send.height <= 568);
  assert.ok(send.width >= 44 && send.height >= 44);
});
