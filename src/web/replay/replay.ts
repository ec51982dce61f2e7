// The page at /replay: a conversation played back, with the reason for each
// reply. Own conversations are opened by the keys that this browser keeps, any
// other by the operator's.
import {quickExit} from '../chat/quick_exit';
import type {Failure} from '../chat/server';
import {offer} from '../history/choices';
import {byId} from '../history/elements';
import {type Held, heldConversations} from '../history/record';
import {tell} from '../history/status';
import {Operator} from './operator';
import {Archive, type Door} from './recording';
import {addressOf, Showing} from './showing';

const EXIT = 'https://www.wikipedia.org/';
const WIDE = '(min-width: 40rem)';

const speed = byId('speed') as HTMLSelectElement;
const archive = new Archive(new URL('/', location.href).href);
let held: Held[] = [];
let showing: Showing|null = null;

const operator = new Operator(
    archive,
    (door) => {
      show(door, 0);
      byId('content').focus();
    },
    () => {
      if (showing) return;
      byId('empty').hidden = true;
      if (addressed()) follow();
    },
    () => {
      if (showing && !showing.own) close();
    });

function close(): void {
  showing?.end();
  showing = null;
  byId('player').hidden = true;
  byId('note').textContent = '';
}

const ownDoor = ({key: {id, token}}: Held): Door =>
    ({among: 'conversations', id, token});

function show(door: Door, n: number): void {
  close();
  tell('Fetching what was said…');
  byId('empty').hidden = true;
  offer(held, held.find(({key}) => key.id === door.id), choose);
  const begun: Showing = new Showing(archive, door, n, {
    began: () => tell(''),
    reached: () => tell(''),
    failed: (failure) => {
      if (showing === begun) failed(failure, begun);
    },
    went: (id, at) => {
      if (showing === begun && !begun.empty)
        history.replaceState(history.state, '', addressOf(id, at));
    },
    beyond: (asked, last) => {
      tell(`There is no turn ${asked}; the last one is turn ${
          last}, which is shown.`);
    },
  });
  begun.set(Number(speed.value));
  showing = begun;
}

function failed(failure: Failure, begun: Showing): void {
  if (failure.then === 'anew') {
    const {own} = begun;
    const seen = !byId('player').hidden;
    close();
    if (failure.code === 'unauthorized' && !own) operator.lock();
    tell(endOf(own, seen, failure.code));
    return;
  }
  const what = byId('player').hidden ?
      failure.message :
      `${failure.message} What was fetched can be played on; for the rest the ` +
          'server is asked again in a moment.';
  tell(what, () => {
    tell('Asking the server…');
    begun.again();
  });
}

function endOf(own: boolean, seen: boolean, code: string): string {
  if (!own)
    return code === 'unauthorized' ?
        'The operator’s key is not taken any more. Give the present one below.' :
        seen ? 'This conversation was deleted just now, and is gone from this ' +
            'page, too. Choose another one below.' :
               'There is no such conversation on record. It may have been ' +
            'deleted; choose another one below.';
  return seen ?
      'This conversation was deleted just now, or goes on elsewhere; it is gone ' +
          'from this page, too. Go back to the talk to begin a new one.' :
      'The key that this browser keeps opens no conversation any more: it was ' +
          'deleted, or it goes on elsewhere. Go back to the talk to begin a ' +
          'new one.';
}

// --- The address ------------------------------------------------------------

// "#CONVERSATION/TURN"; null for one that names no conversation.
function addressed(): {id: string, n: number}|null {
  const parts = /^#([^/]+)(?:\/(\d{1,9}))?$/.exec(location.hash);
  if (!parts) return null;
  try {
    return {id: decodeURIComponent(parts[1]!), n: Number(parts[2] ?? 0)};
  } catch {
    return null;
  }
}

function choose(one: Held): void {
  show(ownDoor(one), 0);
}

// Shows what the address names, or the first conversation of this browser.
function follow(): void {
  const place = addressed();
  if (!place) {
    if (location.hash.length > 1)
      return stay('This address names no conversation and turn. Choose one ' +
          'below.');
    const first = held[0];
    if (first) return show(ownDoor(first), 0);
    tell('');
    byId('empty').hidden = showing !== null;
    return;
  }
  const {id, n} = place;
  if (showing?.id === id) return showing.goTo(n);
  const own = held.find(({key}) => key.id === id);
  const door = own ? ownDoor(own) : operator.door(id);
  if (door) return show(door, n);
  stay(
      'This browser does not keep the key to that conversation. Open the ' +
      'address in the browser and tab in which it was had, or give the ' +
      'operator’s key below.');
  operator.ask();
}

function stay(words: string): void {
  close();
  tell(words);
  byId('empty').hidden = true;
  offer(held, undefined, choose);
}

addEventListener('hashchange', follow);

// The address is the conversation's.
document.querySelector('.skip')!.addEventListener('click', (event) => {
  event.preventDefault();
  byId('content').focus();
});

// --- What is pressed --------------------------------------------------------

const PRESSED: Record<string, (at: Showing) => void> = {
  first: (at) => at.go(0),
  back: (at) => at.step(-1),
  play: (at) => at.toggle(),
  forward: (at) => at.step(1),
  last: (at) => at.toEnd(),
  closer: (at) => at.zoom(1),
  further: (at) => at.zoom(-1),
  whole: (at) => at.zoom(0),
};
for (const [id, act] of Object.entries(PRESSED))
  byId(id).addEventListener('click', () => showing && act(showing));

const KEYS: Record<string, string> = {
  ' ': 'play',
  ArrowLeft: 'back',
  ArrowRight: 'forward',
  Home: 'first',
  End: 'last',
};

// Keys go to the player unless what has the focus wants them itself.
addEventListener('keydown', (event) => {
  const act = KEYS[event.key];
  if (!act || !showing || byId('player').hidden || event.defaultPrevented ||
      event.ctrlKey || event.altKey || event.metaKey || event.shiftKey)
    return;
  const at = event.target as Element;
  if (at.closest('input, select, textarea')) return;
  if (event.key === ' ' && at.closest('button, a, summary')) return;
  event.preventDefault();
  PRESSED[act]!(showing);
});

speed.addEventListener('change', () => showing?.set(Number(speed.value)));

// A change comes before the form is sent.
const number = byId('number') as HTMLInputElement;
number.addEventListener('change', () => {
  if (!showing) return;
  if (number.value !== '') showing.goTo(Math.max(0, Number(number.value)));
  number.value = String(showing.position);
});
byId('go').addEventListener('submit', (event) => event.preventDefault());

(byId('about-rows') as HTMLDetailsElement).open = matchMedia(WIDE).matches;

const exit = quickExit(EXIT, () => true);
byId('leave').addEventListener('click', () => exit.leave());

async function begin(): Promise<void> {
  held = await heldConversations(archive.base);
  follow();
}

void begin();
