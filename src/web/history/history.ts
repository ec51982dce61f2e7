// The page at /history: what was said, and what it looks like over time.
import {helpCard} from '../chat/help';
import {quickExit} from '../chat/quick_exit';
import {Failure} from '../chat/server';
import {offer} from './choices';
import {byId, html} from './elements';
import {
  Archive,
  type Held,
  heldConversations,
  type Insights,
  type RecordedTurn,
} from './record';
import {showMoments, showSteps, showThemes} from './sections';
import {tell} from './status';
import {Transcript} from './transcript';
import {counted, dateOf, day} from './words';

const EXIT = 'https://www.wikipedia.org/';
const SEARCH_MS = 150;
// Up to so many days the pictures show days, then weeks.
const DAYS_BY_DAY = 15;
const SECONDS_A_DAY = 86400;

const base = new URL('/', location.href).href;
const archive = new Archive(base);
let shown: Held|null = null;
let transcript: Transcript|null = null;

const inCase = (failure: unknown, otherwise: string): string =>
    failure instanceof Failure ? failure.message : otherwise;

function lengthOf(turns: RecordedTurn[]): 'day'|'week' {
  const first = turns[0]?.at, last = turns.at(-1)?.at;
  if (first === undefined || last === undefined) return 'week';
  return last - first < DAYS_BY_DAY * SECONDS_A_DAY ? 'day' : 'week';
}

function showHelp(turns: RecordedTurn[]): void {
  const help = turns.at(-1)?.help;
  byId('help').hidden = !help;
  byId('help-card').replaceChildren(...(help ? [helpCard(help)] : []));
}

function showTranscript(turns: RecordedTurn[]): void {
  transcript = new Transcript(turns);
  byId('transcript-body').replaceChildren(transcript.element);
  search();
}

function showSummary({messages, sessions, first_at}: Insights): void {
  byId('summary').textContent = first_at === null ? '' :
      `${counted(messages, 'message')} of yours in ${
          counted(sessions, 'talk')}, since ${day(dateOf(first_at))}.`;
}

async function show(held: Held): Promise<void> {
  shown = held;
  tell('Fetching what was said…');
  byId('whole').hidden = byId('empty').hidden = true;
  let turns: RecordedTurn[];
  let insights: Insights;
  try {
    turns = await archive.read(held.key, -1);
    insights = await archive.insights(held.key, lengthOf(turns));
  } catch (failure) {
    if (shown !== held) return;
    if (failure instanceof Failure && failure.then === 'anew')
      return tell(failure.message);
    showCopy(held, failure);
    return;
  }
  if (shown !== held) return;
  if (insights.messages === 0) return showNothing();
  byId('whole').hidden = false;
  byId('looking').hidden = false;
  showSummary(insights);
  showHelp(turns);
  showThemes(insights);
  showMoments(insights);
  showSteps(insights);
  showTranscript(turns);
  tell('');
  followLink();
}

function showNothing(): void {
  tell('');
  byId('empty').hidden = false;
}

// Without the server there is the copy that the browser keeps.
function showCopy(held: Held, failure: unknown): void {
  const why = inCase(failure, 'Something went wrong on this page.');
  const again = () => void show(held);
  if (held.turns.length === 0) return tell(why, again);
  byId('whole').hidden = false;
  byId('looking').hidden = true;
  showHelp(held.turns);
  showTranscript(held.turns);
  tell(`${why} Below is the copy that this browser keeps.`, again);
}

// --- Search ----------------------------------------------------------------

const field = byId('query') as HTMLInputElement;
let searchTimer: ReturnType<typeof setTimeout>|undefined;

function search(): void {
  clearTimeout(searchTimer);
  byId('found').textContent = transcript?.search(field.value) ?? '';
}

field.addEventListener('input', () => {
  clearTimeout(searchTimer);
  searchTimer = setTimeout(search, SEARCH_MS);
});
byId('search').addEventListener('submit', (event) => {
  event.preventDefault();
  search();
});

// --- Where something was said ----------------------------------------------

// A turn that a search hides is shown again before it is gone to.
function followLink(): void {
  if (!/^#turn-\d+$/.test(location.hash)) return;
  const turn = document.getElementById(location.hash.slice(1));
  if (!turn) return;
  if (turn.hidden) {
    field.value = '';
    search();
  }
  turn.scrollIntoView({block: 'center'});
  turn.focus({preventScroll: true});
}
addEventListener('hashchange', followLink);

// --- Taking it along -------------------------------------------------------

async function save(kind: 'md'|'json'): Promise<void> {
  const saved = byId('saved');
  if (!shown) return;
  saved.textContent = 'Fetching the file…';
  try {
    const {name, bytes} = await archive.file(shown.key, kind);
    const address = URL.createObjectURL(bytes);
    html('a', {href: address, download: name}).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    saved.textContent = `Saved as ${name}. Whoever uses this device can read it.`;
  } catch (failure) {
    saved.textContent = inCase(failure, 'That could not be saved.');
  }
}
byId('save-md').addEventListener('click', () => void save('md'));
byId('save-json').addEventListener('click', () => void save('json'));
byId('print').addEventListener('click', () => print());

// On paper nothing can be opened.
const opened = new Set<HTMLDetailsElement>();
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) {
    if (details.open) continue;
    details.open = true;
    opened.add(details);
  }
});
addEventListener('afterprint', () => {
  for (const details of opened) details.open = false;
  opened.clear();
});

// --- Leaving quickly -------------------------------------------------------

const exit = quickExit(EXIT, () => true);
byId('leave').addEventListener('click', () => exit.leave());

async function begin(): Promise<void> {
  const all = await heldConversations(base);
  const first = all[0];
  if (!first) return showNothing();
  offer(all, first, (held) => void show(held));
  void show(first);
}

void begin();
