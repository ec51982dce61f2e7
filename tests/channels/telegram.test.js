// A bot as people meet it: the real server, and a Bot API that others wrote.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';

import TelegramTestApi from 'telegram-test-api';

import {freePort, Server} from './server.js';

const TelegramServer = TelegramTestApi.default ?? TelegramTestApi;
const TOKEN = '123456:test-token';
const SECRET = 'a-secret_of-the-webhook';

// An update, as Telegram sends it; the status of the answer.
async function deliver(update, secret = SECRET) {
  const response =
      await fetch(`http://127.0.0.1:${server.port}/webhooks/telegram`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-Telegram-Bot-Api-Secret-Token': secret,
        },
        body: JSON.stringify(update),
      });
  await response.text();
  return response.status;
}

// Somebody with Telegram on their phone.
class Person {
  constructor(api, id) {
    this.client = api.getClient(TOKEN, {
      userId: id,
      chatId: id,
      timeout: 20_000,
      interval: 20,
    });
    this.unread = [];
  }

  async write(text) {
    await this.client.sendMessage(this.client.makeMessage(text));
  }
  async command(text) {
    await this.client.sendCommand(this.client.makeCommand(text));
  }
  async press(button) {
    await this.client.sendCallback(
        this.client.makeCallbackQuery(button.callback_data));
  }
  // The next message of the bot.
  async reads() {
    while (this.unread.length === 0) {
      const {result} = await this.client.getUpdates();
      this.unread.push(...result.map(({message}) => message));
    }
    return this.unread.shift();
  }
}

let folder, api, apiPort, server;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nearer-telegram-'));
  apiPort = await freePort();
});

afterEach(async () => {
  if (server.process.exitCode === null) await server.end('SIGKILL');
  await api?.stop();
  api = undefined;
  rmSync(folder, {recursive: true});
});

async function startApi() {
  // Its own address is "localhost", which may mean ::1 first.
  api = new TelegramServer({host: '127.0.0.1', port: apiPort});
  await api.start();
}

async function startServer(variables = {}) {
  server = new Server(path.join(folder, 'record.db'), {
    NEARER_TELEGRAM_TOKEN: TOKEN,
    NEARER_TELEGRAM_API: `http://127.0.0.1:${apiPort}`,
    ...variables,
  });
  await server.start();
}

const buttons = (message) =>
    (message.reply_markup?.inline_keyboard ?? []).flat();

// What any way of getting updates must do.
async function talk() {
  const ana = new Person(api, 77);
  await ana.command('/start');
  const opening = await ana.reads();
  assert.equal(opening.chat_id, 77);
  assert.equal(opening.parse_mode, undefined);

  // A button of the last message counts, one of an older does not.
  const [first] = buttons(opening);
  assert.ok(first, 'the opening has choices');
  await ana.press(first);
  assert.notEqual((await ana.reads()).text, opening.text);
  await ana.press(first);
  assert.match((await ana.reads()).text, /earlier message/);

  // Danger is answered with lines of help, as text, and so is what comes after.
  await ana.write('I want to kill myself');
  const help = await ana.reads();
  assert.match(help.text, /In danger now: /);
  assert.match(help.text, /Someone to talk to: /);
  await ana.write('I never ask for help');
  assert.match((await ana.reads()).text, /In danger now: /);

  await ana.command('/delete');
  const [yes] = buttons(await ana.reads());
  assert.equal(yes.text, 'Delete everything');
  await ana.press(yes);
  assert.match((await ana.reads()).text, /is deleted here/);
}

test('by long polling, without a public address', async () => {
  await startApi();
  await startServer();
  await talk();
  assert.equal(await server.end('SIGTERM'), 0);
});

test('by webhook, for who knows the secret', async (t) => {
  await startApi();
  await startServer({NEARER_TELEGRAM_SECRET: SECRET});
  // The emulated API knows no secret tokens: they are added on the way.
  const relay = http.createServer((request, response) => {
    const onward = http.request(
        {
          port: server.port,
          host: '127.0.0.1',
          path: request.url,
          method: request.method,
          headers: {
            ...request.headers,
            'X-Telegram-Bot-Api-Secret-Token': SECRET,
          },
        },
        (answer) => {
          response.writeHead(answer.statusCode);
          answer.pipe(response);
        });
    request.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  t.after(() => relay.close());
  const response = await fetch(
      `http://127.0.0.1:${apiPort}/bot${TOKEN}/setWebhook`, {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({
          url: `http://127.0.0.1:${relay.address().port}/webhooks/telegram`,
        }),
      });
  assert.equal(response.status, 200);
  await talk();

  const update = {
    update_id: 900001,
    message: {chat: {id: 78, type: 'private'}, text: 'hello'},
  };
  assert.equal(await deliver(update, 'wrong'), 401);
  assert.equal(await deliver({}), 400);
  assert.equal(await deliver({update_id: 900002, poll: {}}), 200);
});

test('killed between turn and sending, it loses nothing', async () => {
  const people = 5;
  const said = [
    ['/start', /a program/],
    ['/help', /\/export sends you/],
    ['/start', /We go on/],
    ['/stop', /I write only when you do/],
    ['I never ask for help', /./],
    ['/nonsense', /do not know that command/],
    ['/help', /\/export sends you/],
  ];
  await startServer({NEARER_TELEGRAM_SECRET: SECRET});
  // Nobody listens where messages go. Each update comes twice.
  let id = 0;
  for (const [text] of said) {
    for (let person = 1; person <= people; ++person) {
      const update = {
        update_id: ++id,
        message: {
          message_id: id,
          date: 1_700_000_000,
          from: {id: person, is_bot: false},
          chat: {id: person, type: 'private'},
          text,
        },
      };
      assert.equal(await deliver(update), 200);
      assert.equal(await deliver(update), 200);
    }
  }
  await server.end('SIGKILL');

  await startApi();
  await server.start();
  const sent = () => api.storage.botMessages.map(({message}) => message);
  while (sent().length < people * said.length) await api.waitBotMessage();
  assert.equal(await server.end('SIGTERM'), 0);
  assert.equal(sent().length, people * said.length);
  for (let person = 1; person <= people; ++person) {
    const texts = sent().filter(({chat_id}) => Number(chat_id) === person)
                      .map(({text}) => text);
    assert.equal(texts.length, said.length);
    said.forEach(([, answer], n) => assert.match(texts[n], answer));
  }
});
