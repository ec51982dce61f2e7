// The REST channel, driven by a gateway that others wrote for Rasa.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {after, before, test} from 'node:test';

import {Server} from './server.js';

const {Rasa} = createRequire(import.meta.url)(
    '@tiledesk/tiledesk-rasa-connector/Rasa.js');
const TOKEN = 'a-token';

let folder, server;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nearer-rest-'));
  server = new Server(path.join(folder, 'record.db'), {
    NEARER_REST_TOKEN: TOKEN,
  });
  await server.start();
});

after(async () => {
  await server.end('SIGKILL');
  rmSync(folder, {recursive: true});
});

// What the gateway would have people see.
async function ask(sender, text) {
  const gateway = new Rasa();
  const log = console.log;
  console.log = () => {};  // it tells everything it does
  try {
    const replies = await new Promise((resolve) => {
      gateway.runRASAQuery(
          `${server.url}webhooks/rest/webhook?token=${TOKEN}`, sender, text,
          resolve);
    });
    return gateway.commandsByRASAResponse(replies)
        .filter(({type}) => type === 'message')
        .map(({message}) => message);
  } finally {
    console.log = log;
  }
}

test('a gateway made for Rasa talks with it unchanged', async () => {
  const opening = await ask('ana', '/start');
  assert.ok(opening.length > 0);
  for (const {text} of opening) assert.ok(text.trim());

  // Its buttons say what the choice says.
  const {buttons} = opening.at(-1).attributes.attachment;
  assert.ok(buttons.length > 1);
  const next = await ask('ana', buttons[0].action);
  assert.ok(next[0].text);
  assert.notEqual(next[0].text, opening[0].text);

  // Danger is answered with lines of help, as text.
  const help = await ask('ana', 'I want to kill myself');
  assert.match(help.map(({text}) => text).join('\n'), /In danger now: /);

  // Each sender has a conversation of their own.
  const other = await ask('ben', 'I never ask for help');
  assert.doesNotMatch(other.map(({text}) => text).join('\n'), /In danger now/);

  // It cannot write first there, and says so without asking for a time zone.
  const reminder = await ask('ben', 'remind me tomorrow at 7');
  assert.doesNotMatch(reminder[0].text, /time zone/);

  const export_ = await ask('ana', '/export');
  assert.match(export_.map(({text}) => text).join('\n'), /I want to kill/);
});
