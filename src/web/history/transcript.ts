// Everything that was said, by day, and a search through it.
import {html} from './elements';
import type {RecordedTurn} from './record';
import {find, type Span, wordsOf} from './search';
import {clock, counted, dateOf, longDay} from './words';

interface Line {
  element: HTMLElement;  // whose only content is `text`
  text: string;
}

interface Spoken {
  element: HTMLElement;
  day: HTMLElement;
  lines: Line[];
}

export class Transcript {
  readonly element = html('div', {class: 'transcript'});
  private readonly all: Spoken[] = [];

  constructor(turns: RecordedTurn[]) {
    let day: HTMLElement|null = null;
    let heading: string|null = null;
    for (const turn of turns) {
      const said = turn.at === undefined ? null : dateOf(turn.at);
      const name = said ? longDay(said) : 'Kept in this browser';
      if (!day || name !== heading) {
        heading = name;
        day = html('section', {class: 'day'}, html('h3', {}, name));
        this.element.append(day);
      }
      this.append(turn, said, day);
    }
  }

  // Shows only where every word of the query stands in one message, and says
  // what was found; with nothing in the query, shows all and says nothing.
  search(query: string): string {
    const words = wordsOf(query);
    let found = 0;
    const days = new Set<HTMLElement>();
    for (const {element, day, lines} of this.all) {
      let any = words.length === 0;
      for (const line of lines) {
        const spans = words.length > 0 ? find(line.text, words) : [];
        mark(line, spans ?? []);
        if (spans?.length) {
          any = true;
          ++found;
        }
      }
      element.hidden = !any;
      if (any) days.add(day);
    }
    for (const day of this.element.children)
      (day as HTMLElement).hidden = !days.has(day as HTMLElement);
    if (words.length === 0) return '';
    return found === 0 ? 'Nothing that was said has these words.' :
                         `${counted(found, 'message')} found.`;
  }

  private append(turn: RecordedTurn, said: Date|null, day: HTMLElement): void {
    const element = html('div', {class: 'turn', id: `turn-${turn.n}`, tabindex: -1});
    const lines: Line[] = [];
    const add = (who: 'me'|'coach', messages: string[]) => {
      const name = who === 'me' ? 'You' : 'nearer';
      const message = html(
          'div', {class: `message ${who}`},
          html(
              'p', {class: 'who'}, name,
              said && html(
                  'time', {datetime: said.toISOString()}, clock(said))));
      for (const text of messages) {
        const words = html('p', {class: 'words', dir: 'auto'}, text);
        lines.push({element: words, text});
        message.append(words);
      }
      element.append(message);
    };
    if (turn.text !== undefined) add('me', [turn.text]);
    add('coach', turn.messages);
    day.append(element);
    this.all.push({element, day, lines});
  }
}

function mark({element, text}: Line, spans: Span[]): void {
  if (spans.length === 0 && element.childElementCount === 0) return;
  const parts: (Node|string)[] = [];
  let at = 0;
  for (const {begin, end} of spans) {
    parts.push(
        text.slice(at, begin), html('mark', {}, text.slice(begin, end)));
    at = end;
  }
  element.replaceChildren(...parts, text.slice(at));
}
