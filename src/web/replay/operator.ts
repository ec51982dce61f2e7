// The operator's part of the page: the key, which stays in memory and nowhere
// else, and the list of all conversations.
import {Failure} from '../chat/server';
import {byId, html} from '../history/elements';
import {counted} from '../history/words';
import {moment} from './names';
import type {Archive, Door, Entry} from './recording';

export class Operator {
  private key: string|null = null;
  private next: number|null = null;

  // `chosen` is told which conversation is to be shown, `opened` that the key
  // was taken, `locked` that it was forgotten.
  constructor(
      private readonly archive: Archive,
      private readonly chosen: (door: Door) => void,
      private readonly opened: () => void,
      private readonly locked: () => void) {
    const key = byId('key') as HTMLInputElement;
    byId('key-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.unlock(key.value);
      key.value = '';
    });
    byId('open-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const id = (byId('conversation') as HTMLInputElement).value.trim();
      const door = this.door(id);
      if (id && door) chosen(door);
    });
    byId('more').addEventListener('click', () => void this.list());
    byId('lock').addEventListener('click', () => this.lock());
  }

  // What opens a conversation of the record; null without a key.
  door(id: string): Door|null {
    return this.key === null ? null : {among: 'record', id, token: this.key};
  }

  ask(): void {
    (byId('operator') as HTMLDetailsElement).open = true;
  }

  lock(): void {
    this.key = null;
    this.show();
    this.tell('');
    this.locked();
  }

  private async unlock(key: string): Promise<void> {
    if (key === '') return this.tell('Type the key first.');
    this.key = key;
    this.next = null;
    byId('record-list').replaceChildren();
    if (!await this.list()) return;
    byId('conversation').focus();
    this.opened();
  }

  // Whether there was an answer.
  private async list(): Promise<boolean> {
    const {key} = this;
    if (key === null) return false;
    this.tell('One moment…');
    try {
      const {conversations, next} = await this.archive.list(key, this.next);
      if (this.key !== key) return false;
      this.next = next;
      this.tell('');
      const list = byId('record-list');
      list.append(...conversations.map((entry) => this.rowOf(entry)));
      if (list.childElementCount === 0)
        this.tell('No conversation is on record yet.');
      this.show();
      return true;
    } catch (error) {
      if (byId('record').hidden || isRefusal(error)) this.key = null;
      this.show();
      this.tell(wordsFor(error));
      return false;
    }
  }

  private rowOf({id, channel, began, last}: Entry): HTMLElement {
    const button = html(
        'button', {type: 'button'},
        html('span', {class: 'id'}, id),
        html(
            'span', {class: 'small'},
            `${moment(began)} · ${channel} · ${counted(last, 'message')}`));
    button.addEventListener('click', () => {
      const door = this.door(id);
      if (door) this.chosen(door);
    });
    return html('li', {}, button);
  }

  private show(): void {
    const open = this.key !== null;
    byId('key-form').hidden = open;
    byId('record').hidden = !open;
    byId('more').hidden = this.next === null;
    if (!open) byId('record-list').replaceChildren();
  }

  private tell(words: string): void {
    byId('operator-status').textContent = words;
  }
}

export const isRefusal = (error: unknown): boolean =>
    error instanceof Failure && error.then === 'anew';

// Why the operator's key opened nothing, in words.
export function wordsFor(error: unknown): string {
  if (!(error instanceof Failure)) return 'Something went wrong on this page.';
  switch (error.code) {
    case 'unauthorized':
      return 'That is not the operator’s key. It is what NEARER_OPERATOR_KEY ' +
          'had when the server was started.';
    case 'not_found':
      return 'This server has no operator’s key. Set NEARER_OPERATOR_KEY and ' +
          'start it again.';
    default:
      return error.wait > 0 ?
          `${error.message} Try again in ${error.wait / 1000} seconds.` :
          `${error.message} Try again in a moment.`;
  }
}
