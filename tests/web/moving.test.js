// A conversation leaves the page by a code, and comes back by one.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  chat,
  complaints,
  freshTalks,
  OPENING,
  page,
  Server,
  server,
} from './nearer.js';

// A messenger that is never reached: codes are given and taken all the same.
freshTalks((db) => Object.assign(new Server(db), {
  variables: {
    NEARER_TELEGRAM_TOKEN: '1:A',
    NEARER_TELEGRAM_SECRET: 'a-secret',
    NEARER_TELEGRAM_USERNAME: 'nearer_bot',
    NEARER_TELEGRAM_API: 'http://127.0.0.1:9',
  },
  errors: 'ignore',
}));

const take = async (code) => {
  const response = await fetch(`${server.url}v1/links`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({code}),
  });
  return {status: response.status, ...await response.json()};
};

test('it goes to a messenger with a code, and comes back', async () => {
  await chat.say(OPENING);
  await chat.button('About and privacy').click();
  await chat.button('Continue in a messenger').click();
  const code = (await page.locator('.sheet .code').textContent()).trim();
  assert.match(code, /^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  const link = page.getByRole('link', {name: 'Open Telegram with it'});
  assert.equal(
      await link.getAttribute('href'), `https://t.me/nearer_bot?start=${code}`);

  // It is elsewhere now; here it is over, and a new one begins.
  const elsewhere = await take(code);
  assert.equal(elsewhere.status, 200);
  await page.keyboard.press('Escape');
  await page.reload();
  await chat.bar.filter({hasText: 'no longer on the server'}).waitFor();
  await chat.answered(1);

  const back = await (await fetch(
      `${server.url}v1/conversations/${elsewhere.id}/link`, {
        method: 'POST',
        headers: {Authorization: `Bearer ${elsewhere.token}`},
      })).json();
  await chat.button('About and privacy').click();
  await chat.button('Continue from a messenger').click();
  await page.getByLabel('The code').fill('AAAA-AAAA');
  await chat.button(/^Continue$/).click();
  await page.locator('.trouble', {hasText: 'opens nothing'}).waitFor();
  await page.getByLabel('The code').fill(back.code.toLowerCase());
  await chat.button(/^Continue$/).click();
  await chat.answered(2);
  assert.equal(await chat.fromMe.count(), 1);
  assert.match(await chat.fromMe.first().textContent(), /on my own/);
  await page.reload();
  await chat.answered(2);
  assert.deepEqual(complaints, []);
});
