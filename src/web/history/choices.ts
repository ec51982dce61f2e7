// Which of the conversations that this browser keeps is shown.
import {byId, html} from './elements';
import type {Held} from './record';

const PLACES = {
  tab: 'The one in this tab',
  device: 'The one kept on this device',
};

// `chosen` is told whenever another one is asked for. There is nothing to choose
// when `shown` is the only one.
export function offer(
    all: Held[], shown: Held|undefined, chosen: (held: Held) => void): void {
  byId('which').hidden = all.every((held) => held === shown);
  byId('places').replaceChildren(...all.map((held) => {
    const choice = html('input', {
      type: 'radio', name: 'place', checked: held === shown,
    });
    choice.addEventListener('change', () => chosen(held));
    return html('label', {}, choice, PLACES[held.place]);
  }));
}
