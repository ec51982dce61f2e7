// What was said up to the turn that is shown: it and the ones just before, each
// with what was noted of it and, when asked for, why it was answered so.
import {Failure} from '../chat/server';
import {whyText} from '../chat/why';
import {html} from '../history/elements';
import {clock, dateOf} from '../history/words';
import {moment, notesOf, pauseName} from './names';
import type {PlayedTurn, Recording} from './recording';

const FEW = 4;    // turns that are there at once, and are added in a moment
const MOST = 40;  // turns; the timeline leads to the others
const MOMENT_MS = 100;

interface Item {
  element: HTMLElement;
  answer: HTMLElement[];
}

export class Log {
  private readonly items = new Map<number, Item>();
  private current = -1;
  private filling: ReturnType<typeof setTimeout>|undefined;

  constructor(
      private readonly list: HTMLElement, private readonly scroller: HTMLElement,
      private readonly recording: Recording,
      private readonly person: string,  // what who wrote is called
      private readonly addressOf: (n: number) => string) {}

  // Shows turn n and what was said before it, without its reply when that is
  // still to come.
  show(n: number, answered: boolean): void {
    this.put(n, FEW);
    this.mark(n, answered);
    this.fill(n);
  }

  // Puts more before, a few at a time; what is seen stays where it is.
  private fill(n: number): void {
    clearTimeout(this.filling);
    this.filling = setTimeout(() => {
      const {scrollHeight, scrollTop} = this.scroller;
      const {size} = this.items;
      this.put(n, size + FEW);
      if (this.items.size === size) return;
      this.scroller.scrollTop =
          scrollTop + this.scroller.scrollHeight - scrollHeight;
      this.fill(n);
    }, MOMENT_MS);
  }

  // Turn n and `least` turns up to it, and those that are there already.
  private put(n: number, least: number): void {
    const {turns} = this.recording;
    const wanted = (number: number) => number >= 0 && n - number < MOST &&
        turns[number] && (n - number < least || this.items.has(number));
    let first = n;
    while (wanted(first - 1)) --first;
    for (const [number, {element}] of this.items) {
      if (number >= first && number <= n) continue;
      element.remove();
      this.items.delete(number);
    }
    let before: Element|null = null;
    for (let number = first; number <= n; ++number) {
      const turn = turns[number];
      if (!turn) continue;
      let item = this.items.get(number);
      if (!item) {
        item = this.itemOf(turn, turns[number - 1]);
        this.items.set(number, item);
        if (before) before.after(item.element);
        else this.list.prepend(item.element);
      }
      before = item.element;
    }
  }

  private mark(n: number, answered: boolean): void {
    this.items.get(this.current)?.element.removeAttribute('aria-current');
    for (const part of this.items.get(this.current)?.answer ?? [])
      part.hidden = false;
    this.current = n;
    const item = this.items.get(n);
    if (!item) return;
    item.element.setAttribute('aria-current', 'true');
    for (const part of item.answer) part.hidden = !answered;
    // Its beginning when it has no room.
    const {offsetTop, offsetHeight} = item.element;
    this.scroller.scrollTop = offsetHeight > this.scroller.clientHeight ?
        offsetTop : this.scroller.scrollHeight;
  }

  end(): void {
    clearTimeout(this.filling);
    this.list.replaceChildren();
    this.items.clear();
  }

  // What is said of the turn that is shown to who cannot see it.
  spoken(answered: boolean): string[] {
    const turn = this.recording.turns[this.current];
    if (!turn) return [];
    return [
      `Turn ${turn.n}.`,
      ...(turn.text === undefined ? [] : [`${this.person}: ${turn.text}`]),
      ...(answered ? [`nearer: ${turn.messages.join(' ')}`] : []),
    ];
  }

  private itemOf(turn: PlayedTurn, previous: PlayedTurn|undefined): Item {
    const pause = previous && pauseName(turn.at - previous.at);
    const answer = [
      said('coach', 'nearer', turn.messages),
      notesOf(turn).length > 0 && html(
          'ul', {class: 'notes', 'aria-label': 'Noted'},
          ...notesOf(turn).map(
              ({lane, words}) => html('li', {class: lane}, words))),
      this.whyOf(turn.n),
    ].filter((part) => part !== false);
    const element = html(
        'li', {class: 'turn'},
        pause && html('p', {class: 'pause'}, pause),
        html(
            'p', {class: 'number'},
            html('a', {href: this.addressOf(turn.n)}, `Turn ${turn.n}`),
            html(
                'time', {
                  datetime: dateOf(turn.at).toISOString(),
                  title: moment(turn.at),
                },
                pause || !previous ? moment(turn.at) : clock(dateOf(turn.at)))),
        turn.text !== undefined && said('me', this.person, [turn.text]), ...answer);
    return {element, answer};
  }

  private whyOf(n: number): HTMLElement {
    const button = html(
        'button', {type: 'button', 'aria-expanded': 'false'}, 'Why this reply?');
    const reason = html('div', {class: 'reason', hidden: true});
    button.addEventListener('click', () => {
      reason.hidden = !reason.hidden;
      button.setAttribute('aria-expanded', String(!reason.hidden));
      if (!reason.hidden) void this.explain(n, reason);
    });
    return html('div', {class: 'why'}, button, reason);
  }

  private async explain(n: number, reason: HTMLElement): Promise<void> {
    reason.replaceChildren(html('p', {role: 'status'}, 'One moment…'));
    try {
      reason.replaceChildren(whyText(await this.recording.why(n)));
    } catch (error) {
      const words = error instanceof Failure ?
          error.message : 'Something went wrong on this page.';
      const again = html('button', {type: 'button'}, 'Try again');
      again.addEventListener('click', () => void this.explain(n, reason));
      reason.replaceChildren(html('p', {role: 'status'}, words), again);
    }
    if (n === this.current) reason.scrollIntoView({block: 'nearest'});
  }
}

function said(who: 'me'|'coach', name: string, messages: string[]) {
  return html(
      'div', {class: `message ${who}`}, html('p', {class: 'who'}, name),
      ...messages.map(
          (text) => html('p', {class: 'words', dir: 'auto'}, text)));
}
