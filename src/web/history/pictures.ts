// The pictures: D3 says where things stand, SVG shows them, so that they follow
// the page's colours, a person's own, the direction of writing and the printer.
// Each is one image to a screen reader, which says what kind of picture it is;
// the page has what it shows in words beside it.
import {scaleBand, scaleLinear, scaleSqrt, scaleTime} from 'd3-scale';
import {symbol, symbolCircle, symbolTimes} from 'd3-shape';
import {timeDay, timeMonday} from 'd3-time';

import {html, svg} from './elements';
import type {Insights, Moment, Step} from './record';
import {capital, dateOf, shortDay, themeName} from './words';

const LABEL = 17;          // px, a line of text
const LEAST_BAND = 14;     // px a day or week takes at least
const TICK_APART = 64;     // px
const TICK_HALF = 20;      // px, of a date
const MOST_THEMES = 8;
export const MOST_STEPS = 12;

// Where a picture is drawn: how wide, and in which direction time runs.
interface Paper {
  width: number;
  rtl: boolean;
}

const across = ({width, rtl}: Paper, inset = 0): [number, number] =>
    rtl ? [width - inset, inset] : [inset, width - inset];

const startOf = ({width, rtl}: Paper) => rtl ? width : 0;

function image(
    {width}: Paper, height: number, words: string,
    ...parts: SVGElement[]): SVGSVGElement {
  return svg(
      'svg', {
        role: 'img',
        'aria-label': words,
        viewBox: `0 0 ${width} ${height}`,
        class: 'picture',
      },
      ...parts);
}

// The text is cut where the paper ends.
function label(paper: Paper, y: number, words: string, kind: string) {
  const most = Math.floor(paper.width / 7.4);
  const cut = words.length > most ? `${words.slice(0, most - 1)}…` : words;
  return svg('text', {x: startOf(paper), y, class: kind}, cut);
}

// --- Days and weeks --------------------------------------------------------

export type Length = Insights['themes']['by'];

const every = (by: Length) => by === 'day' ? timeDay : timeMonday;

export const periodOf = (begins: string): Date => {
  const [year, month, day] = begins.split('-').map(Number);
  return new Date(year!, month! - 1, day!);
};

// The day or week of a moment, as the server tells them apart: it knows one
// offset for the whole year.
function periodAt(
    unixSeconds: number, {by, utc_offset}: Insights['themes']): Date {
  const clock = dateOf(unixSeconds + 60 * utc_offset);
  return every(by).floor(new Date(
      clock.getUTCFullYear(), clock.getUTCMonth(), clock.getUTCDate()));
}

// All days or weeks from the first to the last in which something was said, and
// how many of them, the latest ones, have room.
export function periodsOn(
    width: number, themes: Insights['themes']): {dates: Date[], cut: boolean} {
  const begins = themes.periods.map((period) => periodOf(period.begins));
  const first = begins[0], last = begins.at(-1);
  if (!first || !last) return {dates: [], cut: false};
  const step = every(themes.by);
  const all = step.range(first, step.offset(last, 1));
  const room = Math.max(1, Math.floor(width / LEAST_BAND));
  return {dates: all.slice(-room), cut: all.length > room};
}

const bandsOf = (paper: Paper, dates: Date[]) =>
    scaleBand<number>().domain(dates.map(Number)).range(across(paper));

// The dates below, as many as have room.
function datesBelow(
    paper: Paper, y: number, dates: Date[],
    at: (date: Date) => number): SVGElement[] {
  const room = Math.max(1, Math.floor(paper.width / TICK_APART));
  const stride = Math.max(1, Math.ceil(dates.length / room));
  const inside = (x: number) =>
      Math.min(Math.max(x, TICK_HALF), paper.width - TICK_HALF);
  return dates.filter((_, i) => i % stride === 0)
      .map((date) => svg(
          'text',
          {x: inside(at(date)), y, 'text-anchor': 'middle', class: 'tick'},
          shortDay(date)));
}

// --- What came up ----------------------------------------------------------

// The themes that came up most, the most frequent first.
export const leadingThemes = ({totals}: Insights['themes']): string[] =>
    Object.keys(totals)
        .sort((a, b) => totals[b]! - totals[a]! || (a < b ? -1 : 1))
        .slice(0, MOST_THEMES);

// One row a theme, one dot a day or week; the larger, the more often.
export function themesPicture(
    paper: Paper, themes: Insights['themes'], words: string): SVGElement {
  const {dates} = periodsOn(paper.width, themes);
  const shown = new Map(themes.periods.map(
      (period) => [Number(periodOf(period.begins)), period.counts]));
  const bands = bandsOf(paper, dates);
  const at = (date: Date) => bands(Number(date))! + bands.bandwidth() / 2;
  const most = Math.max(
      1, ...themes.periods.flatMap(({counts}) => Object.values(counts)));
  const largest = Math.min(10, Math.max(4, bands.bandwidth() / 2 - 1));
  const radius = scaleSqrt().domain([1, most]).range(
      [Math.min(4.5, largest), most > 1 ? largest : Math.min(6, largest)]);
  const row = LABEL + 2 * largest + 20;
  const names = leadingThemes(themes);
  const parts: SVGElement[] = [];
  names.forEach((theme, i) => {
    const top = i * row;
    const middle = top + LABEL + largest + 2;
    parts.push(
        label(paper, top + LABEL - 4, capital(themeName(theme)), 'name'),
        svg('line',
            {x1: 0, x2: paper.width, y1: middle, y2: middle, class: 'rail'}));
    for (const date of dates) {
      const count = shown.get(Number(date))?.[theme] ?? 0;
      if (count === 0) continue;
      parts.push(svg(
          'circle',
          {cx: at(date), cy: middle, r: radius(count), class: 'dot'},
          svg('title', {}, `${shortDay(date)}: ${count}`)));
    }
  });
  const bottom = names.length * row + LABEL - 6;
  parts.push(...datesBelow(paper, bottom, dates, at));
  return image(paper, bottom + 6, words, ...parts);
}

// --- When the urge came ----------------------------------------------------

// Every moment is one mark, above its day or week.
export function momentsPicture(
    paper: Paper, themes: Insights['themes'], moments: Moment[],
    words: string): SVGElement {
  const {dates} = periodsOn(paper.width, themes);
  const bands = bandsOf(paper, dates);
  const at = (date: Date) => bands(Number(date))! + bands.bandwidth() / 2;
  const stacks = new Map<number, Moment[]>();
  for (const moment of moments) {
    const begins = Number(periodAt(moment.at, themes));
    if (!stacks.has(begins)) stacks.set(begins, []);
    stacks.get(begins)!.push(moment);
  }
  const most = Math.max(...[...stacks.values()].map(({length}) => length), 1);
  const height = Math.min(180, most * 24);
  const y = scaleLinear().domain([0, most]).range([height, 0]);
  const unit = height / most;
  const width = Math.min(26, bands.bandwidth() - 2);
  const gap = unit > 7 ? 3 : unit > 3 ? 1 : 0;
  const parts: SVGElement[] = [];
  for (const date of dates) {
    const stack = stacks.get(Number(date)) ?? [];
    // Entries stand below what was told.
    stack.sort((a, b) => a.from < b.from ? -1 : a.from > b.from ? 1 : 0);
    stack.forEach(({from}, i) => parts.push(svg('rect', {
      x: at(date) - width / 2 + 1,
      y: y(i + 1) + gap + 1,
      width: width - 2,
      height: Math.max(1, unit - gap - 2),
      rx: Math.min(4, unit / 4),
      class: from === 'journal' ? 'mark' : 'mark told',
    })));
  }
  parts.push(
      svg('line', {
        x1: 0, x2: paper.width, y1: height + 2, y2: height + 2, class: 'rail',
      }),
      ...datesBelow(paper, height + LABEL + 4, dates, at));
  return image(paper, height + LABEL + 10, words, ...parts);
}

// --- Steps -----------------------------------------------------------------

// The sign of an outcome, around the origin.
export function outcomeSign(state: string): SVGElement {
  const size = 110;
  switch (state) {
    case 'done':
      return svg(
          'path', {d: symbol(symbolCircle, size)()!, class: 'sign full'});
    case 'partly':
      return svg(
          'g', {},
          svg('path', {d: symbol(symbolCircle, size)()!, class: 'sign'}),
          svg('path', {d: 'M0,-5.9A5.9,5.9,0,0,0,0,5.9Z', class: 'sign full'}));
    case 'missed':
      return svg('path', {d: symbol(symbolCircle, size)()!, class: 'sign'});
    case 'dropped':
      return svg('path', {d: symbol(symbolTimes, 90)()!, class: 'sign cross'});
    default:
      return svg(
          'g', {}, svg('circle', {cx: -4, cy: 0, r: 3.5, class: 'dot'}),
          svg('line', {x1: 2, x2: 8, y1: 0, y2: 0, class: 'span open'}));
  }
}

// From the day each was chosen to the day they told how it went. One that is
// still open fades out towards today.
export function stepsPicture(
    paper: Paper, steps: Step[], now: Date, words: string): SVGElement {
  const shown = steps.slice(-MOST_STEPS);
  const first = dateOf(Math.min(...shown.map((step) => step.chosen_at)));
  const last = new Date(Math.max(
      ...shown.map((step) => Number(dateOf(step.state_at ?? step.chosen_at))),
      Number(timeDay.offset(first, 7))));
  const open = shown.at(-1)?.state === 'chosen';
  const until = open && now > last && now < timeDay.offset(last, 28) ?
      now : timeDay.offset(last, open ? 5 : 0);
  const x = scaleTime().domain([first, until]).range(across(paper, 9));
  const row = 2 * LABEL + 18;
  const parts: SVGElement[] = [];
  shown.forEach((step, i) => {
    const middle = i * row + LABEL + 11;
    const from = x(dateOf(step.chosen_at));
    const told = step.state_at === null ? null : x(dateOf(step.state_at));
    const isLast = i === shown.length - 1;
    const to = told ?? (isLast ? x(until) : from);
    const sign = svg('g', {transform: `translate(${to},${middle})`},
        outcomeSign(step.state));
    parts.push(
        label(paper, i * row + LABEL - 3, step.what, 'name'),
        svg('line',
            {x1: 0, x2: paper.width, y1: middle, y2: middle, class: 'rail'}),
        svg('line', {
          x1: from, x2: to, y1: middle, y2: middle,
          class: told === null ? 'span open' : 'span',
        }),
        svg('circle', {cx: from, cy: middle, r: 3.5, class: 'dot'}));
    if (told !== null) parts.push(sign);
  });
  const bottom = shown.length * row + LABEL - 4;
  const ticks = x.ticks(Math.max(2, Math.floor(paper.width / (2 * TICK_APART))));
  parts.push(...datesBelow(paper, bottom, ticks, x));
  return image(paper, bottom + 6, words, ...parts);
}

// --- On the page -----------------------------------------------------------

// Draws anew whenever the place gets another width; gives the place.
export function place(draw: (paper: Paper) => (Element|false)[]): HTMLElement {
  const element = html('div', {class: 'paper'});
  let width = 0;
  new ResizeObserver(() => {
    const room = Math.floor(element.clientWidth);
    if (room === width || room === 0) return;
    width = room;
    const rtl = getComputedStyle(element).direction === 'rtl';
    element.replaceChildren(
        ...draw({width, rtl}).filter((part) => part !== false));
  }).observe(element);
  return element;
}

