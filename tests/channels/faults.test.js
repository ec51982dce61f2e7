// A real server that is killed again and again, between turns and their sending
// too, in front of a platform that answers 429 and 500, hangs and drops
// connections, and that delivers each message twice and out of order between
// chats. The numbers are printed. Ten thousand messages go through the same in
// courier_test, on a clock of its own: this platform takes no more than 80 a
// second from us.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {test} from 'node:test';

import {Platform, Server, whatsApp, whatsAppVariables} from './server.js';

const SECRET = 'a-secret';
const CHATS = 60, EACH = 10, KILLS = 5;

// Always the same faults, in the same order.
function* numbers(state) {
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
const random = numbers(11);
const draw = (n) => Math.floor(random.next().value * n);

function fault() {
  const n = draw(40);
  if (n === 0) return 429;
  if (n === 1) return 500;
  if (n === 2) return 'drop';
  return draw(200) === 0 ? 'hang' : undefined;
}

test('killed, refused and cut off, it loses nothing and keeps order', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nearer-faults-'));
  const platform = new Platform(fault);
  const server = new Server(
      path.join(folder, 'record.db'),
      whatsAppVariables(await platform.start(), SECRET));
  await server.start();
  try {
    // Each chat's messages in order, each twice, the chats mixed.
    const next = Array(CHATS).fill(0);
    const deliveries = [];
    while (next.some((n) => n < EACH)) {
      const chat = draw(CHATS);
      if (next[chat] === EACH) continue;
      deliveries.push({chat, n: next[chat]++});
      deliveries.push(deliveries[draw(deliveries.length)]);
    }
    const killAt = new Set(Array.from(
        {length: KILLS}, (_, i) => Math.floor((i + 1) * deliveries.length /
                                              (KILLS + 1))));
    let killed = 0;
    for (let i = 0; i < deliveries.length; ++i) {
      const {chat, n} = deliveries[i];
      const message = {
        from: String(5000 + chat),
        id: `fault.${chat}.${n}`,
        text: n % 3 ? `sentence ${n} of mine` : '/help',
      };
      if (killAt.has(i)) {
        // What was under way may be recorded, or not: it is delivered again.
        const delivered = whatsApp(server, SECRET, message).catch(() => 0);
        await server.end('SIGKILL');
        await delivered;
        ++killed;
        await server.start();
      }
      assert.equal(await whatsApp(server, SECRET, message), 200);
    }
    // Each chat's last answer says that all of its others are out.
    for (let chat = 0; chat < CHATS; ++chat)
      assert.equal(await whatsApp(server, SECRET, {
        from: String(5000 + chat),
        id: `last.${chat}`,
        text: '/nonsense',
      }), 200);
    const last = (taken) => new Set(
        taken.filter(({text}) => /do not know that command/.test(text))
            .map(({chat}) => chat)).size;
    await platform.until((taken) => last(taken) === CHATS);

    let lost = 0, outOfOrder = 0, twice = 0;
    for (let chat = 0; chat < CHATS; ++chat) {
      const seen = platform.taken
                       .filter((message) => message.chat === String(5000 + chat))
                       .map(({text}) => text);
      // Telling a message that was sent twice from two that are alike: the
      // same text twice in a row is the former, since no answer repeats.
      const once = seen.filter((text, i) => text !== seen[i - 1]);
      twice += seen.length - once.length;
      // The greeting, EACH answers, the last word; help comes at 0, 3, 6, 9.
      const kinds = once.map((text) => /\/export sends you/.test(text) ?
          'help' : /do not know/.test(text) ? 'last' : 'words');
      const wanted = [];
      for (let n = 0; n < EACH; ++n) {
        if (n === 1) wanted.push('words');  // the greeting comes before it
        wanted.push(n % 3 ? 'words' : 'help');
      }
      wanted.push('last');
      lost += Math.max(0, wanted.length - kinds.length);
      if (JSON.stringify(kinds) !== JSON.stringify(wanted)) ++outOfOrder;
    }
    console.log(
        `${deliveries.length} deliveries of ${CHATS * EACH} messages in ` +
        `${CHATS} chats, killed ${killed} times: lost ${lost}, out of order ` +
        `${outOfOrder}; ${twice} seen twice, since we were killed between the ` +
        'sending and the noting of it; the platform answered ' +
        JSON.stringify(platform.answers));
    assert.equal(lost, 0);
    assert.equal(outOfOrder, 0);
    // At most what was under way when we were killed: one message a chat.
    assert.ok(twice <= KILLS * CHATS);
  } finally {
    await server.end('SIGKILL');
    platform.stop();
    rmSync(folder, {recursive: true});
  }
});
