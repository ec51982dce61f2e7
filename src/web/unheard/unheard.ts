// The page at /unheard: for the operator, what people said that no rule heard.
// The key stays in memory and nowhere else.
import {byId, html} from '../history/elements';
import {counted, dateOf} from '../history/words';
import {isRefusal, wordsFor} from '../replay/operator';
import {showGroup} from './groups';
import {Desk, type Found, type Question} from './server';

const ASK_AGAIN_MS = 400;

const desk = new Desk(new URL('/', location.href).href);
const field = (id: string) => byId(id) as HTMLInputElement;

let key = '';
// What is being asked, and where it goes on; a later question ends it.
let asking: {question: Question, next: number|null}|null = null;

function tell(words: string, retry?: () => void): void {
  const again = html('button', {type: 'button'}, 'Try again');
  if (retry) again.addEventListener('click', retry);
  byId('status').replaceChildren(
      ...(words ? [html('p', {}, words)] : []), ...(retry ? [again] : []));
}

function summaryOf(found: Found): string {
  const parts = [
    `${counted(found.turns, 'turn')} in ${counted(found.count, 'group')}`,
    `${counted(found.heard_now, 'other')} would be heard by the present rules`,
  ];
  if (found.withheld > 0)
    parts.push(`${counted(found.withheld, 'turn')} not shown, for the present ` +
        'rules hear danger in them');
  if (found.left_out > 0)
    parts.push(`${counted(found.left_out, 'turn')} not grouped, being beyond ${
        counted(found.most_texts, 'different text')}`);
  return `${parts.join('; ')}. ${counted(found.read, 'turn')} read.`;
}

// Shows one page of groups behind those that are there.
function show(found: Found): void {
  const groups = byId('groups');
  groups.append(
      ...found.groups.map((group) => showGroup(group, dateOf(found.made))));
  byId('summary').textContent = summaryOf(found);
  byId('found').hidden = false;
  byId('more').hidden = found.next === null;
  tell(found.count === 0 ? 'There is nothing that no rule heard.' : '');
}

const pause = () => new Promise((done) => setTimeout(done, ASK_AGAIN_MS));

async function page(after: number): Promise<void> {
  const mine = asking;
  if (!mine) return;
  try {
    for (;;) {
      const found = await desk.find(key, mine.question, after);
      if (asking !== mine) return;
      unlocked();
      if (found.status === 'failed')
        return tell('The record could not be read; the reason is in the log.');
      if (found.status === 'done') {
        mine.next = found.next;
        return show(found);
      }
      tell(`Reading the record: ${counted(found.read, 'turn')} so far…`);
      await pause();
      if (asking !== mine) return;
    }
  } catch (failure) {
    if (asking !== mine) return;
    const refused = isRefusal(failure);
    if (refused) lock();
    tell(wordsFor(failure), refused ? undefined : () => void page(after));
  }
}

function ask(): void {
  asking = {
    question: {
      since: field('since').value,
      until: field('until').value,
      least: Math.max(1, Math.floor(Number(field('least').value)) || 1),
    },
    next: null,
  };
  byId('found').hidden = true;
  byId('groups').replaceChildren();
  tell('One moment…');
  void page(0);
}

function unlocked(): void {
  byId('key-form').hidden = true;
  byId('question').hidden = byId('lock').hidden = false;
}

function lock(): void {
  key = '';
  asking = null;
  byId('groups').replaceChildren();
  byId('found').hidden = byId('question').hidden = byId('lock').hidden = true;
  byId('key-form').hidden = false;
  tell('');
}

byId('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  key = field('key').value;
  field('key').value = '';
  if (key === '') return tell('Type the key first.');
  ask();
});
byId('question').addEventListener('submit', (event) => {
  event.preventDefault();
  ask();
});
byId('more').addEventListener('click', () => {
  byId('more').hidden = true;
  if (asking?.next) void page(asking.next);
});
byId('lock').addEventListener('click', () => {
  lock();
  field('key').focus();
});
