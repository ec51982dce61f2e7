import type {Announcer} from './announcer';
import {el} from './elements';

// A line above the message field, said aloud once when it changes.
export class Bar {
  readonly element = el('div', {class: 'bar', hidden: true});
  private shown = '';

  constructor(private readonly announcer: Announcer) {}

  show(words: string, action?: HTMLElement): void {
    if (words === this.shown) return;
    this.shown = words;
    this.element.hidden = !words;
    this.element.replaceChildren(
        el('p', {}, words), ...(words && action ? [action] : []));
    if (words) this.announcer.say(words);
  }
}
