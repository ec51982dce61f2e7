// The timeline: the four lanes as one picture, in which a turn is chosen like a
// value on a slider. The picture is drawn anew only when what it shows changes;
// the line at the present turn is an element of its own.
import {html, svg} from '../history/elements';
import {dateOf, shortDay, shortMonth} from '../history/words';
import {type Lane, NOT_FETCHED, type Row} from './lanes';
import type {PlayedTurn} from './recording';

const NARROW = 640;  // px; below, the names of rows are in the legend only
const TITLE = 16;    // px, a line of text above a lane
const ROW = 13, LOW_ROW = 11;  // px, by room
const SPAN_ROW = 18;           // px, the exercises
const BETWEEN = 7;             // px, between lanes
const AXIS = 18;               // px, the dates below
const TITLES_WIDE = 68, NAMES_WIDE = 190, SIGNS_WIDE = 18;  // px
const TICK_APART = 70;         // px
const TICK_WIDE = 58;          // px, the widest date
const LETTER = 6.6;            // px, about
const SIGNED = 10;  // px that a turn takes at least where it has its sign
const COLUMN = 2;   // px, of many turns
const STRENGTHS = 3;
const LEAST_SPAN = 24;  // turns
const LINE_APART = 12;         // px, on average
const SESSION_S = 3 * 3600;
const LONG_S = 300 * 86400;    // from here on dates tell the year
const MOST_LEVEL = 4;

interface Room {
  width: number;
  names: number;  // where the turns begin
  narrow: boolean;
}

interface Span {
  from: number;
  length: number;  // turns
}

export class Timeline {
  readonly element: HTMLElement;
  private readonly picture = html('div', {class: 'picture-place'});
  private readonly line = html('div', {class: 'line'});
  private lanes: Lane[] = [];
  private turns: readonly (PlayedTurn|undefined)[] = [];
  private length = 0;
  private position = 0;
  private closer = 0;  // how often it was asked for
  private drawn: Span = {from: 0, length: 1};
  private room: Room = {width: 0, names: 0, narrow: false};
  private frame = 0;

  // `went` is told which turn is asked for, `pointed` which one is under the
  // pointer, or null.
  constructor(
      private readonly went: (n: number) => void,
      private readonly pointed: (n: number|null) => void) {
    this.element = html(
        'div', {
          class: 'timeline', role: 'slider', tabindex: 0,
          'aria-label': 'Turn', 'aria-valuemin': 0,
        },
        this.picture, this.line);
    new ResizeObserver(() => {
      const width = Math.floor(this.element.clientWidth);
      if (width === this.room.width || width === 0) return;
      this.room = roomFor(width);
      this.draw();
    }).observe(this.element);
    this.listen();
  }

  // What is there to be shown.
  set(lanes: Lane[], turns: readonly (PlayedTurn|undefined)[]): void {
    this.lanes = lanes;
    this.turns = turns;
    this.length = lanes[0]?.at.length ?? 0;
    this.element.setAttribute('aria-valuemax', String(this.length - 1));
    this.drawSoon();
  }

  // Where it is, and what is to be said of that.
  go(position: number, words: string): void {
    this.position = position;
    this.element.setAttribute('aria-valuenow', String(position));
    this.element.setAttribute('aria-valuetext', words);
    const {from} = this.span();
    if (from !== this.drawn.from) this.drawSoon();
    else this.placeLine();
  }

  // Half as many turns as now, or twice as many; all of them.
  zoom(by: 1|-1|0): void {
    const most = Math.ceil(Math.log2(Math.max(1, this.length / LEAST_SPAN)));
    this.closer =
        by === 0 ? 0 : Math.max(0, Math.min(this.closer + by, most));
    this.draw();
  }

  // The turns that are shown; when not all, those around the present one. It
  // moves on by halves, so that it stands still for a while.
  private span(): Span {
    const length = Math.min(
        this.length,
        Math.max(LEAST_SPAN, Math.ceil(this.length / 2 ** this.closer)));
    const half = Math.max(1, Math.floor(length / 2));
    const from = Math.floor((this.position - half / 2) / half) * half;
    return {from: Math.max(0, Math.min(from, this.length - length)), length};
  }

  private drawSoon(): void {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (this.room.width === 0 || this.length === 0) return;
    this.drawn = this.span();
    this.picture.replaceChildren(
        pictureOf(this.lanes, this.turns, this.drawn, this.room));
    this.placeLine();
  }

  private placeLine(): void {
    const {from, length} = this.drawn;
    const {names, width} = this.room;
    const x = names + (this.position - from + .5) * (width - names) / length;
    this.line.style.transform = `translateX(${x}px)`;
  }

  private turnAt({clientX}: MouseEvent): number {
    const {from, length} = this.drawn;
    const {names, width} = this.room;
    const x = clientX - this.element.getBoundingClientRect().left - names;
    const n = from + Math.floor(x * length / (width - names));
    return Math.max(from, Math.min(n, from + length - 1));
  }

  private listen(): void {
    const {element} = this;
    let scrubbing = false;
    element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      scrubbing = true;
      // A finger may be about to scroll the page.
      if (event.pointerType !== 'touch') this.went(this.turnAt(event));
    });
    element.addEventListener('click', (event) => this.went(this.turnAt(event)));
    element.addEventListener('pointermove', (event) => {
      const n = this.turnAt(event);
      if (scrubbing) this.went(n);
      else if (event.pointerType === 'mouse') this.pointed(n);
    });
    for (const end of ['pointerup', 'pointercancel'] as const)
      element.addEventListener(end, () => scrubbing = false);
    element.addEventListener('pointerleave', () => this.pointed(null));
    element.addEventListener('keydown', (event) => {
      const far = Math.max(10, Math.round(this.drawn.length / 10));
      const by = {
        PageUp: -far, PageDown: far, ArrowUp: 1, ArrowDown: -1,
      }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      this.went(this.position + by);
    });
  }
}

function roomFor(width: number): Room {
  const narrow = width < NARROW;
  return {
    width, narrow, names: narrow ? SIGNS_WIDE : TITLES_WIDE + NAMES_WIDE,
  };
}

// --- The picture -----------------------------------------------------------

// Where the turns of a span stand: each by itself, or many in one column.
interface Columns {
  span: Span;
  count: number;
  width: number;  // px, of one
  left: number;
  of(n: number): number;
}

function columnsOf(span: Span, {width, names}: Room): Columns {
  const room = width - names;
  const turn = room / span.length;
  const alone = turn >= COLUMN;
  const count = alone ? span.length : Math.floor(room / COLUMN);
  return {
    span,
    count,
    width: room / count,
    left: names,
    of: (n) => alone ? n - span.from :
                       Math.floor((n - span.from) * count / span.length),
  };
}

function pictureOf(
    lanes: Lane[], turns: readonly (PlayedTurn|undefined)[], span: Span,
    room: Room): SVGElement {
  const columns = columnsOf(span, room);
  const parts: SVGElement[] = [];
  let top = 0;
  for (const lane of lanes) {
    if (room.narrow) top += TITLE;
    const rows = lane.name === 'dialog' ? 1 : Math.max(1, lane.rows.length);
    const row = lane.name === 'dialog' ? SPAN_ROW : room.narrow ? LOW_ROW : ROW;
    parts.push(
        text(0, room.narrow ? top - 5 : top + row - 3, lane.title, 'title'),
        ...laneParts(lane, columns, room, top, row));
    top += rows * row + BETWEEN;
  }
  parts.push(...sessions(turns, columns, room, top));
  const height = top + AXIS;
  parts.unshift(unknown(lanes[0]!, columns, height - AXIS));
  return svg(
      'svg', {
        width: room.width, height, viewBox: `0 0 ${room.width} ${height}`,
        'aria-hidden': 'true',
      },
      ...parts);
}

const text = (x: number, y: number, words: string, kind: string): SVGElement =>
    svg('text', {x, y, class: kind}, words);

function laneParts(
    lane: Lane, columns: Columns, room: Room, top: number,
    row: number): SVGElement[] {
  const parts: SVGElement[] = [];
  const rail = (y: number) => svg('line', {
    x1: columns.left, x2: room.width, y1: y, y2: y, class: 'rail',
  });
  if (lane.rows.length === 0) {
    return [text(columns.left + 4, top + row - 3, lane.nothing, 'nothing')];
  }
  if (lane.name === 'dialog')
    return [
      rail(top + row / 2),
      ...columns.count < columns.span.length ?
          blocks(open(lane), 0, lane.rows[0]!, columns, top, row) :
          exercises(lane, columns, room, top, row),
    ];
  lane.rows.forEach((what, i) => {
    const y = top + i * row;
    parts.push(rail(y + row / 2), ...nameOf(what, room, y, row));
    if (what.sign && columns.width >= SIGNED)
      parts.push(...signs(lane, i, what, columns, y, row));
    else if (lane.height)
      parts.push(bars(lane, lane.height, i, what, columns, y, row));
    else
      parts.push(...blocks(lane, i, what, columns, y, row));
  });
  return parts;
}

function nameOf(
    {name, sign, mark, kind}: Row, room: Room, y: number,
    row: number): SVGElement[] {
  const signX = room.narrow ? SIGNS_WIDE / 2 - 2 : room.names - 12;
  const drawn = sign ?
      svg('path', {
        d: sign, class: kind,
        transform: `translate(${signX},${y + row / 2}) scale(.9)`,
      }) :
      svg('text',
          {x: signX, y: y + row - 3, 'text-anchor': 'middle', class: 'mark'},
          mark);
  if (room.narrow) return [drawn];
  const most = Math.floor((NAMES_WIDE - 26) / LETTER);
  const words = name.length > most ? `${name.slice(0, most - 1)}…` : name;
  return [drawn, text(TITLES_WIDE, y + row - 3, words, 'name')];
}

// Each turn with the sign of its row; the more urgent, the larger.
function signs(
    {at, height}: Lane, row: number, {sign, kind}: Row, columns: Columns,
    y: number, high: number): SVGElement[] {
  const {span} = columns;
  const parts: SVGElement[] = [];
  for (let n = span.from; n < span.from + span.length; ++n) {
    if (at[n] !== row) continue;
    const x = columns.left + (n - span.from + .5) * columns.width;
    const scale = height ? .7 + .15 * height[n]! : 1;
    parts.push(svg('path', {
      d: sign, class: kind,
      transform: `translate(${x},${y + high / 2}) scale(${scale})`,
    }));
  }
  return parts;
}

// Columns in which a turn is in the row: the more of its turns are, compared to
// the fullest column, the stronger. Columns beside each other are one block.
function blocks(
    {at}: Lane, row: number, {kind}: Row, columns: Columns, y: number,
    high: number): SVGElement[] {
  const {span, count} = columns;
  const inside = new Uint16Array(count), all = new Uint16Array(count);
  for (let n = span.from; n < span.from + span.length; ++n) {
    const column = columns.of(n);
    ++all[column]!;
    if (at[n] === row) ++inside[column]!;
  }
  const share = (column: number) =>
      all[column]! > 0 ? inside[column]! / all[column]! : 0;
  let fullest = 0;
  for (let column = 0; column < count; ++column)
    fullest = Math.max(fullest, share(column));
  const strength = (column: number) =>
      fullest > 0 ? Math.ceil(STRENGTHS * share(column) / fullest) : 0;
  const paths: string[] = Array.from({length: STRENGTHS + 1}, () => '');
  for (let from = 0; from < count;) {
    const strong = strength(from);
    let to = from + 1;
    while (to < count && strength(to) === strong) ++to;
    if (strong > 0)
      paths[strong] += box(
          columns.left + from * columns.width, y + 1,
          (to - from) * columns.width, high - 2);
    from = to;
  }
  return paths.flatMap(
      (d, i) => d ? [svg('path', {d, class: `${kind} strong-${i}`})] : []);
}

// Danger is never too small to be seen, however many turns a column has.
function bars(
    {at}: Lane, height: Uint8Array, row: number, {kind}: Row, columns: Columns,
    y: number, high: number): SVGElement {
  const {span} = columns;
  const width = Math.max(3, columns.width);
  let d = '';
  for (let n = span.from; n < span.from + span.length; ++n) {
    if (at[n] !== row) continue;
    const size = 3 + (high - 3) * height[n]! / MOST_LEVEL;
    d += box(
        columns.left + columns.of(n) * columns.width, y + high - size, width,
        size);
  }
  return svg('path', {d, class: kind});
}

const box = (x: number, y: number, width: number, height: number): string =>
    `M${x.toFixed(1)},${y.toFixed(1)}h${width.toFixed(1)}v${
        height.toFixed(1)}h${(-width).toFixed(1)}z`;

// The lane with every exercise in its first row: where turns share columns,
// exercises have no room of their own.
const open = (lane: Lane): Lane =>
    ({...lane, at: lane.at.map((row) => Math.min(row, 0))});

// From the turn that opened one to the turn that closed it, with its name where
// there is room.
function exercises(
    {at, rows}: Lane, columns: Columns, room: Room, top: number,
    high: number): SVGElement[] {
  const {span} = columns;
  const end = span.from + span.length;
  const x = (n: number) =>
      columns.left + (n - span.from) * (room.width - columns.left) / span.length;
  const parts: SVGElement[] = [];
  for (let n = span.from; n < end;) {
    const row = at[n]!;
    let to = n + 1;
    while (to < end && at[to] === row) ++to;
    if (row >= 0) {
      const {name, mark, kind} = rows[row]!;
      const left = x(n), width = Math.max(2, x(to) - left - 1);
      parts.push(svg('rect', {
        x: left, y: top + 1, width, height: high - 2, rx: Math.min(3, width / 3),
        class: kind,
      }));
      const words = [name, mark!].find(
          (one) => one.length * LETTER + 8 < width);
      if (words)
        parts.push(text(left + 5, top + high - 5, words, `within ${kind}`));
    }
    n = to;
  }
  return parts;
}

// Lines where sessions begin, unless they would stand too close, and as many
// dates as there is room for.
function sessions(
    turns: readonly (PlayedTurn|undefined)[], columns: Columns, room: Room,
    bottom: number): SVGElement[] {
  const {span} = columns;
  const parts: SVGElement[] = [];
  const first = turns[span.from]?.at ?? 0;
  const final = turns[span.from + span.length - 1]?.at ?? first;
  const name = final - first > LONG_S ? shortMonth : shortDay;
  let d = '';
  let lines = 0;
  let free = -Infinity;
  for (let n = span.from; n < span.from + span.length; ++n) {
    const turn = turns[n], before = turns[n - 1];
    if (!turn) continue;
    const begins = !before || turn.at - before.at >= SESSION_S;
    if (!begins && n > span.from) continue;
    const x = columns.left +
        (n - span.from) * (room.width - columns.left) / span.length;
    if (begins && n > span.from) {
      d += `M${x.toFixed(1)},0V${bottom}`;
      ++lines;
    }
    if (x < free || x + TICK_WIDE > room.width) continue;
    free = x + TICK_APART;
    parts.push(text(x, bottom + 13, name(dateOf(turn.at)), 'tick'));
  }
  if (lines * LINE_APART <= room.width - columns.left)
    parts.push(svg('path', {d, class: 'session'}));
  return parts;
}

// Turns that are still to be fetched.
function unknown({at}: Lane, columns: Columns, height: number): SVGElement {
  const {span, left, width} = columns;
  let d = '';
  const end = span.from + span.length;
  for (let n = span.from; n < end;) {
    const missing = at[n]! === NOT_FETCHED;
    let to = n + 1;
    while (to < end && (at[to]! === NOT_FETCHED) === missing) ++to;
    if (missing)
      d += box(
          left + columns.of(n) * width, 0,
          (columns.of(to - 1) - columns.of(n) + 1) * width, height);
    n = to;
  }
  return svg('path', {d, class: 'unknown'});
}
