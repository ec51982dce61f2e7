// How a group of turns that no rule heard is shown.
import {html, svg, theirWords} from '../history/elements';
import {counted, dateOf, day, shortDay, times} from '../history/words';
import type {Group, Said} from './server';

const WIDTH = 192, HEIGHT = 28;  // of the picture, as in unheard.css
const MOST_WEEKS = 26;
const WEEK_MS = 7 * 86_400_000;

// How often in each of the weeks up to `end`, the last MOST_WEEKS of them.
export function byWeek(weeks: Group['weeks'], end: Date): number[] {
  const counts = new Array<number>(MOST_WEEKS).fill(0);
  for (const {week, times} of weeks) {
    const ago = Math.floor((end.getTime() - Date.parse(week)) / WEEK_MS);
    const at = MOST_WEEKS - 1 - ago;
    if (at >= 0 && at < MOST_WEEKS) counts[at]! += times;
  }
  return counts;
}

// The same in words is beside it.
function picture(weeks: Group['weeks'], end: Date): SVGElement {
  const counts = byWeek(weeks, end);
  const most = Math.max(1, ...counts);
  const step = WIDTH / MOST_WEEKS;
  const bars = counts.map((count, i) => {
    const height = count === 0 ? 0 : Math.max(2, HEIGHT * count / most);
    return height > 0 && svg('rect', {
      x: i * step,
      y: HEIGHT - height,
      width: step - 1,
      height,
    });
  });
  return svg(
      'svg',
      {class: 'weeks', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true'},
      svg('line', {x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT}), ...bars);
}

function inWeeks(weeks: Group['weeks']): HTMLElement {
  return html(
      'details', {}, html('summary', {}, 'Week by week'),
      html('ul', {}, ...[...weeks].reverse().map(
          ({week, times: count}) => html(
              'li', {}, `Week of ${day(new Date(week))}: ${times(count)}`))));
}

const replayOf = ({conversation, n}: Said): HTMLElement => html(
    'a', {
      class: 'go',
      href: `/replay#${encodeURIComponent(conversation)}/${n}`,
      target: '_blank',
      rel: 'noopener',
    },
    'Play it back', html('span', {class: 'unseen'}, ' (in a new tab)'));

function wording(said: Said): HTMLElement {
  return html(
      'li', {}, theirWords(said.text),
      html('div', {class: 'small'}, `last on ${shortDay(dateOf(said.at))} · `,
           replayOf(said)));
}

export function showGroup(group: Group, made: Date): HTMLElement {
  const [first, ...others] = group.said;
  if (!first) return html('li');
  const unshown = group.wordings - group.said.length;
  const more = counted(group.wordings - 1, 'other wording');
  return html(
      'li', {class: 'group'}, html('h3', {}, theirWords(first.text)),
      html(
          'div', {class: 'counts'},
          html(
              'p', {class: 'small'},
              `${counted(group.times, 'time')} in ${
                  counted(group.conversations, 'conversation')}, last on ${
                  day(dateOf(group.last))} · `,
              replayOf(first)),
          picture(group.weeks, made)),
      group.wordings > 1 && html(
          'details', {}, html('summary', {}, more),
          html('ul', {}, ...others.map(wording),
               unshown > 0 &&
                   html('li', {class: 'small'},
                        `and ${counted(unshown, 'more wording')}`))),
      group.weeks.length > 1 && inWeeks(group.weeks));
}
