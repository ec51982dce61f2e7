// The chat page. Talks to the HTTP API of the server it came from; everything
// shown is a text node. State: which conversation this is, and the one message
// that is on its way.
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

let conversation = null;  // {id, token}; on this device once something was said
let pending = null;       // {text, turnId, shown}: sent, not yet answered
let busy = false;

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
    const answer = await response.json();
    if (response.ok) return answer;
    throw failure(response, answer);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
        navigator.onLine === false ?
            'You are offline. Your message is kept here.' :
            'The server cannot be reached just now. Your message is kept here.',
        {again: true});
  } finally {
    clearTimeout(timer);
  }
}

function failure(response, problem) {
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
    return new Failure(
        'Something is wrong on our side. Your message is kept here.',
        {again: true});
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

// Where help is to be had; stays in view while the server says so.
function showHelp(lines) {
  const list = element('help-lines');
  list.replaceChildren();
  list.hidden = !lines;
  for (const line of Object.values(lines || {})) {
    const p = document.createElement('p');
    p.textContent = line;
    list.append(p);
  }
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

function fitText() {
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight + 2}px`;
}

// --- This device -----------------------------------------------------------

function remembered() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED));
    return stored && stored.id && stored.token ? stored : null;
  } catch {
    return null;
  }
}

function remember() {
  try {
    localStorage.setItem(STORED, JSON.stringify({
      id: conversation.id,
      token: conversation.token,
      // So that a reload in the middle of sending neither loses nor doubles it.
      unsent: pending && {text: pending.text, turnId: pending.turnId},
    }));
  } catch {
    // A browser that stores nothing: the talk lasts as long as the page.
  }
}

function forgetHere() {
  try {
    localStorage.removeItem(STORED);
  } catch {
    // Nothing was stored.
  }
  conversation = null;
  pending = null;
  log.replaceChildren();
  offer([]);
  showHelp(null);
  tell('');
}

// --- Talking ---------------------------------------------------------------

const path = (rest = '') =>
    `/v1/conversations/${encodeURIComponent(conversation.id)}${rest}`;

async function begin() {
  const begun = await ask('POST', '/v1/conversations');
  conversation = {id: begun.id, token: begun.token};
  answer(begun);
}

async function resume(stored) {
  conversation = {id: stored.id, token: stored.token};
  let after = -1;
  let last = 0;
  let newest = null;
  const turnIds = new Set();
  const turns = [];
  do {
    const page = await ask('GET', path(`?limit=500&after=${after}`));
    last = page.last;
    for (const turn of page.turns) {
      turns.push(turn);
      turnIds.add(turn.client_turn_id);
      newest = turn;
      after = turn.n;
    }
    if (page.turns.length === 0) break;
  } while (after < last);

  log.setAttribute('aria-live', 'off');  // not all of it read aloud again
  log.replaceChildren();
  for (const turn of turns) {
    if (turn.text !== undefined) say('me', [turn.text]);
    say('coach', turn.messages);
  }
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 500);
  if (newest) {
    offer(newest.choices);
    showHelp(newest.help);
  }

  const unsent = stored.unsent;
  if (unsent && !turnIds.has(unsent.turnId)) {
    pending = {...unsent, shown: say('me', [unsent.text])};
    await deliver();
  } else {
    remember();
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
  text.focus();
}

// Sends what is pending. Sent twice it is still one turn: its id stays.
async function deliver() {
  if (busy) return;
  tell('');
  setBusy(true);
  pending.shown.classList.remove('unsent');
  remember();
  try {
    const turn = await ask(
        'POST', path('/turns'),
        {text: pending.text, client_turn_id: pending.turnId});
    pending = null;
    remember();
    setBusy(false);
    answer(turn);
  } catch (error) {
    setBusy(false);
    pending.shown.classList.add('unsent');
    if (error.again) {
      tell(error.message, tryAgainButton(deliver));
    } else {
      giveBack(error);
    }
  }
}

// What cannot be sent as it is goes back into the field.
function giveBack(error) {
  const words = pending.text;
  pending.shown.remove();
  pending = null;
  if (error.gone) {
    forgetHere();
    start();
  } else {
    remember();
  }
  tell(error.message);
  text.value = words;
  fitText();
}

// Begins or takes up the conversation; false when that cannot be done now.
async function start() {
  if (busy) return false;
  tell('');
  setBusy(true);
  const stored = remembered();
  let good = false;
  try {
    if (stored) {
      setBusy(false);
      await resume(stored);
    } else {
      await begin();
    }
    good = true;
  } catch (error) {
    if (error.gone) {
      forgetHere();
      setBusy(false);
      good = await start();
      tell(error.message);
    } else {
      conversation = null;
      tell(error.message.replace(' Your message is kept here.', ''),
           tryAgainButton(start));
    }
  }
  setBusy(false);
  return good;
}

async function forget() {
  element('sure').close();
  element('help').close();
  try {
    if (conversation) await ask('DELETE', path());
  } catch (error) {
    if (!error.gone) {
      tell('It could not be deleted: the server cannot be reached just now.',
           tryAgainButton(forget));
      return;
    }
  }
  forgetHere();
  await start();
  tell('The conversation is forgotten. This is a new one.');
  text.focus();
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

start().then(() => text.focus({preventScroll: true}));
