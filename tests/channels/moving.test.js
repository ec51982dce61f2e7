// One conversation, from the page to a messenger and back; its export where no
// file can be sent; check-ins as they are arranged; two servers on one record.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';

import {Platform, Server, whatsApp, whatsAppVariables} from './server.js';

const SECRET = 'a-secret';
const NUMBER = '491701234567';

let folder, platform, server, said;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nearer-moving-'));
  platform = new Platform();
  said = 0;
  const api = await platform.start();
  server = new Server(path.join(folder, 'record.db'), {
    NEARER_SITE: 'https://coach.example/',
    NEARER_TELEGRAM_TOKEN: '1:A',
    NEARER_TELEGRAM_SECRET: SECRET,
    NEARER_TELEGRAM_USERNAME: 'nearer_bot',
    NEARER_TELEGRAM_API: api,
    ...whatsAppVariables(api, SECRET),
  });
  await server.start();
});

afterEach(async () => {
  await server.end('SIGKILL');
  platform.stop();
  rmSync(folder, {recursive: true});
});

async function api(method, where, token, body) {
  const response = await fetch(server.url + where, {
    method,
    headers: {
      ...(token && {Authorization: `Bearer ${token}`}),
      ...(body && {'Content-Type': 'application/json'}),
    },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

// What somebody writes on WhatsApp; the next message they get.
async function write(text, from = NUMBER) {
  const before = platform.taken.length;
  const message = {from, id: `wamid.${++said}`, text};
  assert.equal(await whatsApp(server, SECRET, message), 200);
  await platform.until((taken) => taken.length > before);
  return platform.taken[before].text;
}

async function metric(one, name) {
  const text = await (await fetch(`${one.url}metrics`)).text();
  return text.split('\n').find((line) => line.startsWith(name + ' '))
      .slice(name.length + 1);
}

// What was seen is also noted as sent: killed before that, it would be seen a
// second time.
async function allNotedAsSent(one) {
  while (await metric(
             one, 'nearer_messages_waiting{channel="whatsapp"}') !== '0') {
  }
}

test('a conversation goes to a messenger and back, by codes', async () => {
  const page = (await api('POST', 'v1/conversations')).body;
  const turns = `v1/conversations/${page.id}/turns`;
  const first = {text: 'I never ask for help', client_turn_id: '1'};
  assert.equal((await api('POST', turns, page.token, first)).status, 200);

  assert.deepEqual(
      (await api('GET', 'v1/links')).body.messengers, ['telegram', 'whatsapp']);
  const link = await api(
      'POST', `v1/conversations/${page.id}/link`, page.token);
  assert.equal(link.status, 201);
  const {code, telegram} = link.body;
  assert.match(code, /^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  assert.equal(telegram, `https://t.me/nearer_bot?start=${code}`);
  assert.equal(
      (await api('POST', `v1/conversations/${page.id}/link`, 'wrong')).status,
      404);

  assert.match(await write('/link AAAA-AAAA'), /opens nothing/);
  assert.match(await write(code.toLowerCase().replace('-', '')
                               .replace(/^/, '/link ')), /Here we are/);
  assert.equal((await api('POST', turns, page.token, first)).status, 404);
  assert.match(await write('/link ' + code, '4915112345678'), /opens nothing/);

  const back = /[2-9A-Z]{4}-[2-9A-Z]{4}$/.exec(await write('/link'))[0];
  const moved = await api('POST', 'v1/links', undefined, {code: back});
  assert.equal(moved.status, 200);
  assert.equal(moved.body.id, page.id);
  const all = await api(
      'GET', `v1/conversations/${page.id}`, moved.body.token);
  assert.equal(all.body.turns[1].text, first.text);
  assert.equal(
      (await api('POST', 'v1/links', undefined, {code: back})).body.code,
      'wrong_code');
  assert.match(await write('/export'), /Nothing of yours/);

  // Whoever guesses is slowed down soon.
  let status = 404;
  for (let i = 0; i < 5 && status === 404; ++i)
    ({status} = await api('POST', 'v1/links', undefined, {code: 'AAAA-AAA2'}));
  assert.equal(status, 429);
});

test('an export is shown at an address of its own', async () => {
  await write('/start');
  await write('I never ask for help');
  const answer = await write('/export');
  const address = /https:\/\/coach\.example\/(v1\/exports\/\S+)/.exec(answer)[1];
  const shown = await api('GET', address);
  assert.equal(shown.status, 200);
  assert.match(shown.body, /I never ask for help/);
  assert.equal((await api('GET', address + 'x')).status, 404);
  await write('/delete');
  await write('Delete everything');
  assert.equal((await api('GET', address)).status, 404);
});

test('a check-in is arranged in plain words and survives a restart', async () => {
  await write('/start');
  assert.match(await write('can you check in with me in 9 hours?'),
               /time zone|city/i);
  const confirmed = await write('Tokyo');
  assert.match(confirmed, /(am|pm) ?\(?,? ?\(?Tokyo time/);
  await allNotedAsSent(server);
  assert.equal(await server.end('SIGKILL'), null);
  await server.start();
  assert.match(await write('no more check-ins'), /first|ask|write/i);
  assert.match(await write('no more check-ins'), /none|nothing/i);
});

test('of two servers on one record one sends, and the other takes over',
     async () => {
  const other = new Server(server.db, server.variables);
  await other.start();
  try {
    const people = 20, each = 3;
    for (let i = 0; i < each; ++i)
      for (let person = 0; person < people; ++person)
        assert.equal(
            await whatsApp((person + i) % 2 ? server : other, SECRET, {
              from: String(1000 + person),
              id: `two.${i}.${person}`,
              text: i ? '/help' : '/start',
            }),
            200);
    await platform.until((taken) => taken.length >= people * each);
    const sending = (one) => metric(one, 'nearer_sending');
    await allNotedAsSent(server);
    assert.equal(await sending(server), '1');
    assert.equal(await sending(other), '0');

    await server.end('SIGKILL');
    assert.equal(await whatsApp(other, SECRET, {
      from: '1000',
      id: 'two.last',
      text: '/help',
    }), 200);
    await platform.until((taken) => taken.length > people * each);
    assert.equal(await sending(other), '1');
    const counts = new Map();
    for (const {chat} of platform.taken)
      counts.set(chat, (counts.get(chat) ?? 0) + 1);
    assert.equal(counts.get('1000'), each + 1);
    for (let person = 1; person < people; ++person)
      assert.equal(counts.get(String(1000 + person)), each);
  } finally {
    await other.end('SIGKILL');
    await server.start();
  }
});
