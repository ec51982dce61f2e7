import {el} from './elements';

// The one place from which a screen reader is told: politely, each thing once.
export class Announcer {
  readonly element = el('div', {class: 'unseen', 'aria-live': 'polite'});

  say(...lines: string[]): void {
    this.element.replaceChildren(...lines.map((line) => el('p', {}, line)));
  }
}
