// Figures: how long platforms wait for an acknowledgement, and how long a reply
// takes to its platform, with all channels on, and while one platform hangs.
import {createHmac} from 'node:crypto';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

import {Server} from './server.js';

const PER_SECOND = 200;
const SECONDS = 10;
const SECRET = 'a-secret';
const URL_OF_TWILIO = 'https://coach.example/webhooks/twilio';

const arrived = new Map();  // when the reply to a chat came to its platform
let hanging = false;        // Telegram does not answer
const platform = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const telegram = request.url.startsWith('/bot');
  if (hanging && telegram) return;
  response.writeHead(200, {'Content-Type': 'application/json'});
  response.end('{"ok":true}');
  const form = body.startsWith('{') ? JSON.parse(body) :
                                      Object.fromEntries(
                                          new URLSearchParams(body));
  const chat = form.chat_id ?? form.channel ?? form.to ?? form.To;
  if (form.text || form.Body || form.interactive)
    arrived.set(String(chat), performance.now());
});

const agent = new http.Agent({keepAlive: true, maxSockets: 64});
let server;

function post(channel, headers, body) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const request = http.request(
        {
          port: server.port,
          host: '127.0.0.1',
          method: 'POST',
          agent,
          path: `/webhooks/${channel}`,
          headers,
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve({
            took: performance.now() - began,
            status: response.statusCode,
          }));
        });
    request.on('error', reject);
    request.end(body);
  });
}

const hmac = (hash, text, encoding) =>
    createHmac(hash, SECRET).update(text).digest(encoding);

// A message of somebody new on each channel.
const say = {
  telegram(n) {
    return post('telegram', {'X-Telegram-Bot-Api-Secret-Token': SECRET},
                JSON.stringify({
                  update_id: n,
                  message: {chat: {id: n, type: 'private'}, text: 'I keep busy'},
                }));
  },
  slack(n) {
    const body = JSON.stringify({
      type: 'event_callback',
      event_id: `Ev${n}`,
      event: {
        type: 'message',
        channel_type: 'im',
        channel: String(n),
        user: 'U1',
        ts: `${n}.1`,
        text: 'I keep busy',
      },
    });
    const at = Math.floor(Date.now() / 1000);
    return post('slack', {
      'X-Slack-Request-Timestamp': at,
      'X-Slack-Signature': 'v0=' + hmac('sha256', `v0:${at}:${body}`, 'hex'),
    }, body);
  },
  twilio(n) {
    const form = {
      AccountSid: 'AC1',
      Body: 'I keep busy',
      From: String(n),
      MessageSid: `SM${n}`,
      To: '+1',
    };
    const signed = URL_OF_TWILIO + Object.entries(form).flat().join('');
    return post('twilio', {'X-Twilio-Signature': hmac('sha1', signed, 'base64')},
                new URLSearchParams(form).toString());
  },
  whatsapp(n) {
    const body = JSON.stringify({
      entry: [{
        changes: [{
          value: {
            metadata: {phone_number_id: 'PN1'},
            messages: [{
              from: String(n),
              id: `wamid.${n}`,
              timestamp: String(Math.floor(Date.now() / 1000)),
              type: 'text',
              text: {body: 'I keep busy'},
            }],
          },
        }],
      }],
    });
    return post('whatsapp', {
      'X-Hub-Signature-256': 'sha256=' + hmac('sha256', body, 'hex'),
    }, body);
  },
  rest(n) {
    return post('rest/webhook', {Authorization: `Bearer ${SECRET}`},
                JSON.stringify({sender: String(n), message: 'I keep busy'}));
  },
};

function percentiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p) =>
      sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]
          .toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`;
}

let number = 0;

// What is said on `channels` in turn, PER_SECOND times a second.
async function talk(channels) {
  const began = performance.now();
  const said = [];
  for (let i = 0; i < PER_SECOND * SECONDS; ++i) {
    const due = began + i * 1000 / PER_SECOND;
    if (due > performance.now()) await pause(due - performance.now());
    const channel = channels[i % channels.length];
    const n = ++number;
    said.push({channel, n, began: performance.now(), answer: say[channel](n)});
  }
  for (const each of said) each.answer = await each.answer;
  const failed = said.filter(({answer}) => answer.status !== 200).length;
  console.log(`  acknowledged ${said.length} at ${PER_SECOND}/s: ${
      percentiles(said.map(({answer}) => answer.took))}; ${failed} failed`);
  const from = (first) => percentiles(
      said.slice(first, first + PER_SECOND).map(({answer}) => answer.took));
  console.log(`    in the first second: ${from(0)}; in the last: ${
      from(said.length - PER_SECOND)}`);
  return said;
}

async function replies(said, channels) {
  const wanted = said.filter(({channel}) => channels.includes(channel));
  while (wanted.some(({n}) => !arrived.has(String(n)))) await pause(20);
  console.log(`  first message to the platform on ${channels.join(', ')}: ${
      percentiles(wanted.map(({n, began}) => arrived.get(String(n)) - began))}`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'nearer-bench-'));
platform.listen(0, '127.0.0.1');
await once(platform, 'listening');
const api = `http://127.0.0.1:${platform.address().port}`;
server = new Server(path.join(folder, 'record.db'), {
  NEARER_REST_TOKEN: SECRET,
  NEARER_TELEGRAM_TOKEN: '1:A',
  NEARER_TELEGRAM_SECRET: SECRET,
  NEARER_TELEGRAM_API: api,
  NEARER_TWILIO_ACCOUNT: 'AC1',
  NEARER_TWILIO_TOKEN: SECRET,
  NEARER_TWILIO_URL: URL_OF_TWILIO,
  NEARER_TWILIO_API: api,
  NEARER_WHATSAPP_TOKEN: SECRET,
  NEARER_WHATSAPP_APP_SECRET: SECRET,
  NEARER_WHATSAPP_VERIFY_TOKEN: SECRET,
  NEARER_WHATSAPP_NUMBER_ID: 'PN1',
  NEARER_WHATSAPP_API: api,
  NEARER_SLACK_TOKEN: SECRET,
  NEARER_SLACK_SIGNING_SECRET: SECRET,
  NEARER_SLACK_API: api,
});
await server.start();
try {
  console.log('all channels on');
  await replies(await talk(Object.keys(say)), ['slack']);
  console.log('while Telegram hangs');
  hanging = true;
  await replies(await talk(Object.keys(say)), ['slack']);
} finally {
  await server.end('SIGKILL');
  platform.close();
  platform.closeAllConnections();
  agent.destroy();
  rmSync(folder, {recursive: true});
}
