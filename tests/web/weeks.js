// Ten weeks of a person's talk with the coach, made in a record before the
// server opens it. Spoken for real; only the clock is set.
import {spawnSync} from 'node:child_process';
import path from 'node:path';

import {binary} from './nearer.js';

const past = process.env.NEARER_PAST || path.join(path.dirname(binary), 'nearer_past');
const MINUTE = 60, DAY = 86400;

const entry = (...parts) => ['let us write a journal entry', ...parts];
const step = (...answers) => ['give me one small step', ...answers];

// The days on which they talked, counted from the first, and what they said.
const SESSIONS = [
  [0, "I'll figure this out on my own, just like I always have.",
    'I never ask anyone for help',
    'When my girlfriend gets close I pull away'],
  [2, 'I keep my feelings to myself, it is safer',
    ...entry('Someone asked how I felt', 'Change the subject', 'I made a joke',
      'My freedom')],
  [8, 'I want to let her in but every time it gets serious I back off',
    ...step('Tell someone it was a rough day', 'When I get home', '8')],
  [11, 'hello', 'I did it', 'It was strange and then fine',
    'I am so exhausted, everything is too much right now'],
  [17, 'I just need space whenever my sister Anna wants to talk about feelings',
    ...entry('my sister Anna came close', 'Leave', 'I left',
      'Not getting hurt')],
  [24, 'I do not want to be a burden with my problems',
    'I handle everything alone',
    ...step('Accept one offer of help', 'Tonight', '4',
      'Do it in writing', '8')],
  [29, 'hello', 'Partly', 'I wrote it down and did not send it',
    ...entry('A fight', 'Go quiet', 'I went quiet', "I don't know", 'Pride')],
  [36, 'When we argue I shut down and go numb',
    ...entry('someone asked how I felt', 'Leave', 'I stayed', 'My freedom')],
  [45, 'Yesterday I told my girlfriend how I felt instead of leaving',
    'I was told to toughen up when I was little',
    ...step('Notice the urge to pull away', 'I will see', '7')],
  [52, 'hello', 'Not at all', 'The moment never came',
    'Why am I like this, what is wrong with me'],
  [58, 'I push people away and then I feel lonely',
    ...entry('a fight', 'Go quiet', 'I left', 'Leave it blank')],
  [66, 'I asked my sister for help this week',
    ...step('call my sister on Sunday', 'After lunch', '9')],
];

// A line of each message, as nearer_past reads them.
export function lines(sessions = SESSIONS) {
  const said = [];
  let before = 0;
  for (const [day, ...texts] of sessions) {
    texts.forEach((text, i) => said.push(
        {text, after: i > 0 ? MINUTE : (day - before) * DAY + MINUTE}));
    before = day;
  }
  return said;
}

// The day of the first session; a Monday at 09:00 UTC.
export const BEGAN = 1780304400;  // 2026-06-01

// Writes what was said into the record at `db`; gives the conversation's key.
export function writePast(db, said = lines(), began = BEGAN) {
  const made = spawnSync(past, [db, String(began)], {
    input: said.map((line) => JSON.stringify(line)).join('\n'),
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`${past}: ${made.stderr}`);
  return JSON.parse(made.stdout);
}
