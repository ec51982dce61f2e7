// What the rows of the timeline are, how many turns are in each, and a way to
// the next of them.
import {html, svg} from '../history/elements';
import type {Lane, Row} from './lanes';

function keyOf({sign, mark, kind}: Row): Element {
  if (!sign)
    return html('span', {class: `key ${kind}`, 'aria-hidden': 'true'}, mark);
  return svg(
      'svg', {
        viewBox: '-8 -8 16 16', width: 16, height: 16, class: 'key',
        'aria-hidden': 'true',
      },
      svg('path', {d: sign, class: kind}));
}

// `wanted` is told in which row of which lane the next turn is looked for.
export function legendOf(
    lanes: Lane[], wanted: (lane: Lane, row: number) => void): HTMLElement[] {
  return lanes.map((lane) => {
    const rows = lane.rows.map((row, i) => {
      const button = html(
          'button', {type: 'button', title: 'Go to the next one'}, keyOf(row),
          html('span', {}, row.name), ' ',
          html(
              'span', {class: 'count'}, row.turns.toLocaleString('en'),
              html(
                  'span', {class: 'unseen'}, row.turns === 1 ? ' turn' : ' turns',
                  ': go to the next one')));
      button.addEventListener('click', () => wanted(lane, i));
      return html('li', {}, button);
    });
    return html(
        'section', {},
        html('h3', {}, lane.title,
             lane.name === 'risk' && rows.length > 0 &&
                 html('span', {}, 'the larger, the more urgent')),
        rows.length > 0 ? html('ul', {}, ...rows) :
                          html('p', {class: 'small'}, lane.nothing));
  });
}
