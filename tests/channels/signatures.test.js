// Requests that the platforms' own libraries sign, or take for signed, are
// taken; those that they refuse are refused. What is answered arrives.
import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {after, before, test} from 'node:test';

import twilio from 'twilio';

import {Server} from './server.js';

const {isValidSlackRequest} = createRequire(import.meta.url)(
    '@slack/bolt/dist/receivers/verify-request');

const TWILIO_TOKEN = 'coach-auth-token';
const TWILIO_URL = 'https://coach.example/webhooks/twilio';
const SLACK_SECRET = 'coach-signing-secret';

let folder, platform, server;
const calls = [];  // what the platforms were asked to send

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nearer-signatures-'));
  platform = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const slack = request.url.includes('chat.postMessage');
    response.writeHead(slack ? 200 : 201, {'Content-Type': 'application/json'});
    response.end('{"ok":true,"sid":"SM9"}');
    calls.push({
      url: request.url,
      authorization: request.headers.authorization,
      body: slack ? JSON.parse(body) :
                    Object.fromEntries(new URLSearchParams(body)),
    });
    platform.emit('call');
  }).listen(0, '127.0.0.1');
  await once(platform, 'listening');
  const api = `http://127.0.0.1:${platform.address().port}`;
  server = new Server(path.join(folder, 'record.db'), {
    NEARER_TWILIO_ACCOUNT: 'AC1',
    NEARER_TWILIO_TOKEN: TWILIO_TOKEN,
    NEARER_TWILIO_URL: TWILIO_URL,
    NEARER_TWILIO_API: api,
    NEARER_SLACK_TOKEN: 'xoxb-1',
    NEARER_SLACK_SIGNING_SECRET: SLACK_SECRET,
    NEARER_SLACK_API: api,
  });
  await server.start();
});

after(async () => {
  await server?.end('SIGKILL');
  platform?.close();
  platform?.closeAllConnections();
  rmSync(folder, {recursive: true});
});

// What `choose` finds among the calls, once it is there.
async function called(choose) {
  for (;;) {
    const found = calls.find(choose);
    if (found) return found;
    await once(platform, 'call');
  }
}

async function post(path, headers, body) {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`,
                               {method: 'POST', headers, body});
  return {status: response.status, text: await response.text()};
}

test('Twilio signs with its own library', async () => {
  const message = {
    AccountSid: 'AC1',
    Body: 'I never ask for help & I am tired, hé 🙂',
    From: 'whatsapp:+491701234567',
    MessageSid: 'SM1',
    NumMedia: '0',
    ProfileName: '',
    To: 'whatsapp:+14155238886',
  };
  const deliver = (token, form = message) => post(
      '/webhooks/twilio', {
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-Twilio-Signature':
            twilio.getExpectedTwilioSignature(token, TWILIO_URL, message),
      },
      new URLSearchParams(form).toString());
  assert.equal((await deliver('another-token')).status, 403);
  assert.equal(
      (await deliver(TWILIO_TOKEN, {...message, Body: 'changed'})).status, 403);
  const taken = await deliver(TWILIO_TOKEN);
  assert.equal(taken.status, 200);
  assert.match(taken.text, /<Response\/>/);

  const sent = await called(({body}) => body.To === message.From);
  assert.equal(sent.url, '/2010-04-01/Accounts/AC1/Messages.json');
  assert.equal(
      sent.authorization,
      'Basic ' + Buffer.from(`AC1:${TWILIO_TOKEN}`).toString('base64'));
  assert.equal(sent.body.From, message.To);
  assert.ok(sent.body.Body.length > 0);
});

test('Slack checks with its own library', async () => {
  const body = JSON.stringify({
    type: 'event_callback',
    team_id: 'T1',
    event_id: 'Ev1',
    authorizations: [{user_id: 'U0BOT', is_bot: true}],
    event: {
      type: 'message',
      channel_type: 'im',
      channel: 'D1',
      user: 'U1',
      ts: '1700000000.000100',
      text: 'I never ask for help &amp; hé 🙂',
    },
  });
  const now = Math.floor(Date.now() / 1000);
  const cases = [
    {secret: SLACK_SECRET, at: now - 290, right: true},
    {secret: SLACK_SECRET, at: now - 310, right: false},
    {secret: 'another-secret', at: now, right: false},
  ];
  for (const {secret, at, right} of cases) {
    const headers = {
      'Content-Type': 'application/json',
      'X-Slack-Request-Timestamp': String(at),
      'X-Slack-Signature': 'v0=' +
          createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex'),
    };
    assert.equal(
        isValidSlackRequest({
          signingSecret: SLACK_SECRET,
          body,
          headers: {
            'x-slack-signature': headers['X-Slack-Signature'],
            'x-slack-request-timestamp': at,
          },
        }),
        right);
    const {status} = await post('/webhooks/slack', headers, body);
    assert.equal(status, right ? 200 : 401);
  }
  const sent = await called(({body: {channel}}) => channel === 'D1');
  assert.equal(sent.url, '/chat.postMessage');
  assert.equal(sent.authorization, 'Bearer xoxb-1');
  assert.ok(sent.body.text.length > 0);
});
