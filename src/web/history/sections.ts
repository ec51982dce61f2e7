// What the page shows of the insights: each picture with the same in words.
import {byId, html, svg, theirWords} from './elements';
import {
  leadingThemes,
  momentsPicture,
  MOST_STEPS,
  outcomeSign,
  periodOf,
  periodsOn,
  place,
  stepsPicture,
  themesPicture,
} from './pictures';
import type {Insights, Moment, Step} from './record';
import {
  capital,
  clock,
  counted,
  dateOf,
  day,
  ENTRY_PARTS,
  listed,
  longDay,
  outcomeName,
  themeName,
  times,
} from './words';

const MOST_TRIGGERS = 8;
const FEW = 5;

type Themes = Insights['themes'];

const periodName = ({by}: Themes, begins: string): string =>
    (by === 'week' ? 'Week of ' : '') + day(periodOf(begins));

const periodsName = ({by, periods}: Themes): string =>
    counted(periods.length, by);

const goTo = (n: number): HTMLElement =>
    html('a', {href: `#turn-${n}`, class: 'go'}, 'Where it was said');

// A table behind a button, so that nothing is in a picture alone.
function inWords(title: string, heads: string[], rows: (Node|string)[][]) {
  const cell = (tag: 'th'|'td', content: Node|string, scope?: string) =>
      html(tag, {scope}, content);
  return html(
      'details', {},
      html('summary', {}, title),
      html(
          'table', {},
          html(
              'thead', {},
              html('tr', {}, ...heads.map((head) => cell('th', head, 'col')))),
          html(
              'tbody', {},
              ...rows.map(
                  ([first, ...rest]) => html(
                      'tr', {}, cell('th', first!, 'row'),
                      ...rest.map((content) => cell('td', content)))))));
}

const nothing = (words: string) => html('p', {class: 'nothing'}, words);

function onlyTheLatest(themes: Themes, width: number): HTMLElement|false {
  return periodsOn(width, themes).cut &&
      html(
          'p', {class: 'small'},
          `There is room for the latest ${themes.by}s only; the words below ` +
              'have all.');
}

// --- What came up ----------------------------------------------------------

function themesInWords(themes: Themes): string {
  const leading = leadingThemes(themes).slice(0, 3).map(
      (theme) => `${themeName(theme)} (${times(themes.totals[theme]!)})`);
  const when = themes.periods.length === 1 ?
      'So far' : `In ${periodsName(themes)} of talk`;
  return `${when}, ${listed(leading)} came up.`;
}

export function showThemes({themes}: Insights): void {
  const section = byId('themes-body');
  if (Object.keys(themes.totals).length === 0) {
    section.replaceChildren(nothing(
        'Nothing stands out yet. When you have talked some more, what keeps ' +
        'coming up will be here.'));
    return;
  }
  const words = themesInWords(themes);
  const more = Object.keys(themes.totals).length - leadingThemes(themes).length;
  section.replaceChildren(
      html(
          'figure', {},
          html(
              'figcaption', {}, words,
              more > 0 && ` ${counted(more, 'more theme')} ${
                  more === 1 ? 'is' : 'are'} in the words below.`),
          place((paper) => [
            themesPicture(
                paper, themes, `Picture: a dot each ${themes.by} for each theme`),
            onlyTheLatest(themes, paper.width),
          ])),
      inWords(
          'The same in words', [capital(themes.by), 'What came up'],
          themes.periods.map(({begins, counts}) => [
            periodName(themes, begins),
            listed(Object.entries(counts)
                       .sort(([, a], [, b]) => b - a)
                       .map(([theme, count]) => count === 1 ?
                                themeName(theme) :
                                `${themeName(theme)} (${times(count)})`)) ||
                'Nothing in particular',
          ])));
}

// --- The urge to pull away -------------------------------------------------

function peopleInWords(moments: Moment[]): string|null {
  const people = new Map<string, number>();
  for (const {about} of moments) {
    if (!about) continue;
    const {role, name} = about;
    const who = role && name ? `your ${role} ${name}` :
                               name ?? (role ? `your ${role}` : null);
    if (who) people.set(who, (people.get(who) ?? 0) + 1);
  }
  if (people.size === 0) return null;
  const spoken = [...people].sort(([, a], [, b]) => b - a)
                     .map(([who, count]) => `${who} (${times(count)})`);
  return `You spoke of ${listed(spoken)} then.`;
}

function triggers(all: {text: string, times: number}[]): HTMLElement[] {
  if (all.length === 0) return [];
  const most = all[0]!.times;
  const rest = all.length - MOST_TRIGGERS;
  const items = all.slice(0, MOST_TRIGGERS).map(({text, times: count}) => {
    const bar = html('span', {class: 'bar', 'aria-hidden': 'true'});
    bar.style.inlineSize = `${100 * count / most}%`;
    return html(
        'li', {}, theirWords(text), ' ',
        html('span', {class: 'count'}, times(count)), most > 1 && bar);
  });
  return [
    html('h3', {}, 'What set it off'),
    html('ol', {class: 'triggers'}, ...items),
    ...(rest > 0 ?
        [html('p', {class: 'small'}, `${rest} more are in the entries.`)] :
        []),
  ];
}

// The first few of a list; the rest is behind a button.
function few(items: HTMLElement[], rest: string): HTMLElement[] {
  if (items.length <= FEW + 1) return items;
  return [
    ...items.slice(0, FEW),
    html(
        'details', {class: 'rest'},
        html('summary', {}, `${items.length - FEW} ${rest}`),
        ...items.slice(FEW)),
  ];
}

function entries(moments: Moment[]): HTMLElement[] {
  const written = moments.filter(({from}) => from === 'journal').reverse();
  if (written.length === 0)
    return [nothing(
        'There is no journal entry yet. To write one, say “let us write a ' +
        'journal entry” to the coach; it takes four short lines.')];
  return few(written.map((moment) => html(
      'article', {class: 'entry'},
      html('h4', {}, longDay(dateOf(moment.at)), ', ', clock(dateOf(moment.at))),
      html(
          'dl', {},
          ...ENTRY_PARTS.flatMap(([part, title]) => {
            const text = moment[part];
            return text ? [
              html('dt', {}, title),
              html('dd', {dir: 'auto'}, text),
            ] : [];
          })),
      goTo(moment.n))), 'earlier entries');
}

export function showMoments({themes, pulling_away: urge}: Insights): void {
  const {moments} = urge;
  const section = byId('urge-body');
  const journal = [
    html('h3', {}, 'Journal'),
    ...entries(moments),
  ];
  if (moments.length === 0) {
    section.replaceChildren(
        nothing('You have not spoken of such a moment, or it was not heard.'),
        ...journal);
    return;
  }
  const written = moments.filter(({from}) => from === 'journal').length;
  const told = moments.length - written;
  const where = [
    ...(written ? [`${written} written down in the journal`] : []),
    ...(told ? [`${told} told while talking`] : []),
  ];
  const words = where.length === 1 ?
      `${counted(moments.length, 'moment')}, ${where[0]!.replace(/^\d+ /, '')}.` :
      `${counted(moments.length, 'moment')}: ${listed(where)}.`;
  const legend = html(
      'ul', {class: 'legend', 'aria-hidden': 'true'},
      written > 0 && html('li', {}, key('mark'), 'in the journal'),
      told > 0 && html('li', {}, key('mark told'), 'told while talking'));
  const people = peopleInWords(moments);
  section.replaceChildren(
      html(
          'figure', {}, html('figcaption', {}, words, people && ` ${people}`),
          place((paper) => [
            momentsPicture(
                paper, themes, moments,
                `Picture: a mark for each moment, by ${themes.by}`),
            onlyTheLatest(themes, paper.width),
          ]),
          legend),
      inWords(
          'The same in words', ['When', 'What was said'],
          moments.map((moment) => [
            day(dateOf(moment.at)),
            html(
                'span', {},
                moment.from === 'journal' ? 'In the journal: ' : '',
                theirWords(moment.text ?? moment.trigger ?? moment.urge ??
                    moment.did ?? moment.guarded ?? ''),
                ' ', goTo(moment.n)),
          ])),
      ...triggers(urge.triggers), ...journal);
}

function key(kind: string): SVGElement {
  return svg(
      'svg', {viewBox: '0 0 16 16', width: 16, height: 16},
      svg('rect', {x: 2, y: 2, width: 12, height: 12, rx: 4, class: kind}));
}

// --- Steps -----------------------------------------------------------------

const told = (step: Step): string =>
    step.state_at === null ? '' : `, told on ${day(dateOf(step.state_at))}`;

function signed(state: string): SVGElement {
  return svg(
      'svg', {
        viewBox: '-8 -8 16 16',
        width: 18,
        height: 18,
        'aria-hidden': 'true',
      },
      outcomeSign(state));
}

export function showSteps({steps}: Insights): void {
  const section = byId('steps-body');
  const latest = steps.at(-1);
  if (!latest) {
    section.replaceChildren(nothing(
        'No step was chosen yet, and none has to be. If you want one, ask ' +
        'the coach for one small step.'));
    return;
  }
  const words = `${counted(steps.length, 'step')} chosen, from ${
      day(dateOf(steps[0]!.chosen_at))} on.`;
  section.replaceChildren(
      html(
          'figure', {}, html('figcaption', {}, words),
          place((paper) => [stepsPicture(
              paper, steps, new Date(),
              'Picture: a line for each step, from the day it was chosen to ' +
                  'the day you told how it went')]),
          steps.length > MOST_STEPS && html(
              'p', {class: 'small'},
              `There is room for the latest ${MOST_STEPS} only; the list ` +
                  'below has all.')),
      html(
          'div', {class: 'steps'},
          ...few([...steps].reverse().map((step) => html(
              'article', {class: 'step'},
              html('h3', {dir: 'auto'}, step.what),
              step.when && html('p', {}, 'When: ', theirWords(step.when)),
              html(
                  'p', {class: 'outcome'}, signed(step.state),
                  `${outcomeName(step.state, step === latest)}${told(step)}.`),
              html(
                  'p', {class: 'small'},
                  `Chosen on ${day(dateOf(step.chosen_at))}. `,
                  goTo(step.n)))), 'earlier steps')));
}
