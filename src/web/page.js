// The chat page. Talks to the HTTP API of the server it came from; everything
// shown is a text node.
'use strict';

const STORED = 'nearer.conversation';
const PATIENCE_MS = 20000;
const RETRY_STATUSES = [408, 429, 500, 502, 503, 504];

const element = (id) => document.getElementById(id);
const log = element('log');
const text = element('text');
const form = element('form');
const choices = element('choices');
const notice = element('notice');
const main = document.querySelector('main');

let conversation = null;  // {id, token}
let pending = null;       // {text, turnId, shown}: said, not yet answered
let busy = false;         // a request is under way: nothing else is begun

// A failure in words for the person. `again` when trying again may help;
// `gone` when the conversation is no more.
class Failure extends Error {
  constructor(words, {again = false, gone = false} = {}) {
    super(words);
    this.again = again;
    this.gone = gone;
  }
}

async function ask(method, path, body) {
  const headers = {};
  if (conversation) headers.Authorization = `Bearer ${conversation.token}`;
  if (body) headers['Content-Type'] = 'application/json';
  const tired = new AbortController();
  const timer = setTimeout(() => tired.abort(), PATIENCE_MS);
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: tired.signal,
    });
    if (response.status === 204) return null;
    const json = await response.json();
    if (response.ok) return json;
    throw failureFrom(response, json);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
        navigator.onLine === false ?
            'You are offline.' :
            'The server cannot be reached just now.',
        {again: true});
  } finally {
    clearTimeout(timer);
  }
}

function failureFrom(response, problem) {
  if (response.status === 429) {
    const seconds = Number(response.headers.get('Retry-After')) || 5;
    return new Failure(
        `That was a lot at once. Please try again in ${seconds} seconds.`,
        {again: true});
  }
  if (response.status === 404 || response.status === 401) {
    return new Failure(
        'This conversation is no longer on the server.', {gone: true});
  }
  if (RETRY_STATUSES.includes(response.status)) {
    return new Failure('Something is wrong on our side.', {again: true});
  }
  return new Failure(problem.detail || 'That could not be sent.');
}

// --- What is on the page ---------------------------------------------------

function say(who, paragraphs) {
  const said = document.createElement('div');
  said.className = `said ${who}`;
  const name = document.createElement('b');
  name.className = 'unseen';
  name.textContent = who === 'me' ? 'You: ' : 'nearer: ';
  said.append(name);
  for (const paragraph of paragraphs) {
    const p = document.createElement('p');
    p.textContent = paragraph;
    said.append(p);
  }
  log.append(said);
  scrollToEnd();
  return said;
}

function answer(turn) {
  say('coach', turn.messages);
  offer(turn.choices);
  showHelp(turn.help);
}

function scrollToEnd() {
  main.scrollTop = main.scrollHeight;
}

function offer(list) {
  choices.replaceChildren();
  for (const choice of list) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = choice;
    button.addEventListener('click', () => send(choice));
    choices.append(button);
  }
  scrollToEnd();
}

const HELP_KINDS = {
  emergency: 'In danger now',
  crisis: 'Someone to talk to',
  abuse: 'Unsafe with someone',
  violence: 'Afraid of hurting someone',
};

// Where help is to be had; stays in view while the server says so.
function showHelp(lines) {
  const list = element('help-lines');
  list.replaceChildren();
  list.hidden = !lines;
  const shown = new Set();
  for (const [kind, line] of Object.entries(lines || {})) {
    if (shown.has(line)) continue;
    shown.add(line);
    const p = document.createElement('p');
    p.textContent = HELP_KINDS[kind] ? `${HELP_KINDS[kind]}: ${line}` : line;
    list.append(p);
  }
  scrollToEnd();
}

function tell(words, button) {
  notice.replaceChildren();
  notice.hidden = !words;
  if (!words) return;
  notice.append(words);
  if (button) notice.append(button);
}

function tryAgainButton(action) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Try again';
  button.addEventListener('click', action);
  return button;
}

function setBusy(now) {
  busy = now;
  element('typing').hidden = !now;
  element('send').disabled = now;
  for (const button of choices.children) button.disabled = now;
  if (now) scrollToEnd();
}

// Where the next words are typed; on a touch screen without raising the
// keyboard over what was just said.
function focusText() {
  const touch = matchMedia('(pointer: coarse)').matches;
  (touch ? log : text).focus({preventScroll: true});
}

function fitText() {
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight + 2}px`;
}

// --- This device -----------------------------------------------------------

// On this device once something was said; before that, in this tab only.
function remember(said) {
  const kept = JSON.stringify({
    ...conversation,
    // So that a reload in the middle of sending neither loses nor doubles it.
    unsent: pending && {text: pending.text, turnId: pending.turnId},
  });
  try {
    sessionStorage.removeItem(STORED);
    (said ? localStorage : sessionStorage).setItem(STORED, kept);
  } catch {
    // A browser that stores nothing: the talk lasts as long as the page.
  }
}

function remembered() {
  try {
    const kept = JSON.parse(
        localStorage.getItem(STORED) || sessionStorage.getItem(STORED));
    return kept && kept.id && kept.token ? kept : null;
  } catch {
    return null;
  }
}

function forgetHere() {
  try {
    localStorage.removeItem(STORED);
    sessionStorage.removeItem(STORED);
  } catch {
    // Nothing was stored.
  }
  conversation = null;
  pending = null;
  log.replaceChildren();
  offer([]);
  showHelp(null);
}

// --- Talking ---------------------------------------------------------------

const path = (rest = '') =>
    `/v1/conversations/${encodeURIComponent(conversation.id)}${rest}`;

// Begins a conversation or takes up the one remembered; whether that worked.
async function start() {
  if (busy) return false;
  const kept = remembered();
  tell('');
  setBusy(true);
  try {
    await (kept ? resume(kept) : begin());
  } catch (failure) {
    conversation = null;
    setBusy(false);
    if (failure.gone) {
      forgetHere();
      const good = await start();
      if (good) tell(failure.message + ' This is a new one.');
      return good;
    }
    tell(failure.message, tryAgainButton(start));
    return false;
  }
  setBusy(false);
  if (pending) await deliver();
  return true;
}

async function begin() {
  const begun = await ask('POST', '/v1/conversations');
  conversation = {id: begun.id, token: begun.token};
  remember(false);
  answer(begun);
}

async function resume(kept) {
  conversation = {id: kept.id, token: kept.token};
  const turns = [];
  let last = 0;
  let after = -1;
  do {
    const page = await ask('GET', path(`?limit=500&after=${after}`));
    if (page.turns.length === 0) break;
    turns.push(...page.turns);
    after = turns.at(-1).n;
    last = page.last;
  } while (after < last);

  log.setAttribute('aria-live', 'off');  // not to be read aloud all over again
  log.replaceChildren();
  for (const turn of turns) {
    if (turn.text !== undefined) say('me', [turn.text]);
    answer(turn);
  }
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 500);

  const answered = (turnId) => turns.some((t) => t.client_turn_id === turnId);
  pending = null;
  if (kept.unsent && !answered(kept.unsent.turnId)) {
    pending = {...kept.unsent, shown: say('me', [kept.unsent.text])};
  } else if (kept.unsent) {
    remember(true);
  }
}

function newTurnId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

async function send(words) {
  if (busy || !words.trim()) return;
  if (pending) return deliver();  // one at a time, in order
  if (!conversation && !await start()) return;
  pending = {text: words, turnId: newTurnId(), shown: say('me', [words])};
  if (words === text.value) {
    text.value = '';
    fitText();
  }
  offer([]);
  await deliver();
}

// Sends what is pending. However often, it is one turn: its id stays.
async function deliver() {
  if (busy) return;
  tell('');
  setBusy(true);
  pending.shown.classList.remove('unsent');
  remember(true);
  try {
    const turn = await ask(
        'POST', path('/turns'),
        {text: pending.text, client_turn_id: pending.turnId});
    pending = null;
    remember(true);
    setBusy(false);
    answer(turn);
  } catch (failure) {
    setBusy(false);
    if (failure.again) {
      pending.shown.classList.add('unsent');
      tell(failure.message + ' Your message is kept here.',
           tryAgainButton(deliver));
    } else {
      await giveBack(failure);
    }
  }
  focusText();
}

// What cannot be sent as it is goes back into the field.
async function giveBack(failure) {
  text.value = pending.text;
  fitText();
  pending.shown.remove();
  pending = null;
  if (failure.gone) {
    forgetHere();
    if (!await start()) return;
  } else {
    remember(true);
  }
  tell(failure.message);
}

async function forget() {
  element('sure').close();
  element('help').close();
  if (busy) return;
  setBusy(true);
  try {
    if (conversation) await ask('DELETE', path());
  } catch (failure) {
    if (!failure.gone) {
      setBusy(false);
      tell('Nothing was deleted. ' + failure.message, tryAgainButton(forget));
      return;
    }
  }
  setBusy(false);
  forgetHere();
  if (await start()) tell('It is forgotten. This is a new conversation.');
  focusText();
}

// --- What the person does --------------------------------------------------

form.addEventListener('submit', (event) => {
  event.preventDefault();
  send(text.value);
});

text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send(text.value);
});

text.addEventListener('input', fitText);

window.addEventListener('online', () => {
  if (pending) {
    deliver();
  } else if (!conversation) {
    start();
  }
});

element('help-button').addEventListener('click', () => element('help').showModal());
element('close-help').addEventListener('click', () => element('help').close());
element('forget').addEventListener('click', () => element('sure').showModal());
element('forget-no').addEventListener('click', () => element('sure').close());
element('forget-yes').addEventListener('click', forget);

start().then(focusText);
