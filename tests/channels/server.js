// What channel tests share.
import {createHmac} from 'node:crypto';
import {once} from 'node:events';
import http from 'node:http';
import net from 'node:net';

import {Serving} from '../serving.mjs';

export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export class Server extends Serving {
  constructor(db, variables) {
    super(db, {variables, errors: 'ignore'});
  }
}

// A platform that takes what it is sent, on loopback: the Bot API of Telegram,
// or WhatsApp's. What it answers is for `misbehave` to say, if that is given: a
// status, "hang", "drop", or nothing for a good answer.
export class Platform {
  constructor(misbehave = () => undefined) {
    this.misbehave = misbehave;
    this.taken = [];  // what people see: {chat, text}
    this.answers = {};
    this.server = http.createServer(
        (request, response) => void this.answer(request, response));
  }

  async start() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  async answer(request, response) {
    let body = '';
    for await (const chunk of request) body += chunk;
    const sent = JSON.parse(body);
    const text = sent.text?.body ?? sent.text ?? sent.interactive?.body.text;
    if (text === undefined) return response.end('{"ok":true}');
    const how = this.misbehave();
    this.answers[how ?? 200] = (this.answers[how ?? 200] ?? 0) + 1;
    if (how === 'hang') return undefined;
    if (how === 'drop') return request.socket.destroy();
    response.statusCode = how ?? 200;
    if (how) return response.end(ERRORS[how]);
    this.taken.push({chat: String(sent.chat_id ?? sent.to), text});
    this.server.emit('taken');
    return response.end('{"ok":true}');
  }

  // Waits until `enough` says so.
  async until(enough) {
    while (!enough(this.taken)) await once(this.server, 'taken');
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

const ERRORS = {
  429: '{"ok":false,"error_code":429,"parameters":{"retry_after":1},' +
      '"error":{"code":130429}}',
  500: '{"ok":false,"error_code":500}',
};

// A message on WhatsApp; the status of the answer.
export async function whatsApp(server, secret, {from, id, text}) {
  const body = JSON.stringify({
    entry: [{
      changes: [{
        value: {
          metadata: {phone_number_id: 'PN1'},
          messages: [{
            from,
            id,
            timestamp: String(Math.floor(Date.now() / 1000)),
            type: 'text',
            text: {body: text},
          }],
        },
      }],
    }],
  });
  const response = await fetch(`${server.url}webhooks/whatsapp`, {
    method: 'POST',
    headers: {
      'X-Hub-Signature-256':
          'sha256=' + createHmac('sha256', secret).update(body).digest('hex'),
    },
    body,
  });
  await response.text();
  return response.status;
}

export const whatsAppVariables = (api, secret) => ({
  NEARER_WHATSAPP_TOKEN: 'token',
  NEARER_WHATSAPP_APP_SECRET: secret,
  NEARER_WHATSAPP_VERIFY_TOKEN: 'verify',
  NEARER_WHATSAPP_NUMBER_ID: 'PN1',
  NEARER_WHATSAPP_API: api,
});
