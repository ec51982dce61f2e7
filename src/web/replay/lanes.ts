// What the timeline shows of a conversation: four lanes, each with a row for
// every theme, stage, danger or exercise, and which row each turn is in.
import {symbol, symbolsFill, symbolWye} from 'd3-shape';

import {capital} from '../history/words';
import {
  dialogName,
  isMove,
  LEVELS,
  riskName,
  stageName,
  STAGES,
  themeName,
  themeOf,
} from './names';
import type {PlayedTurn} from './recording';

const LEADING = 6;  // themes with a row of their own
export const NOT_FETCHED = -2;
const NOTHING = -1;

export interface Row {
  name: string;
  kind: string;       // its class: its colour
  sign: string|null;  // what marks it besides its colour: a path of 10 × 10 px
  mark: string|null;  // … or a number or letter
  turns: number;      // how many are in it
}

export interface Lane {
  name: 'theme'|'stage'|'risk'|'dialog';
  title: string;
  nothing: string;  // what is said when no turn is in any row
  rows: Row[];
  at: Int16Array;  // the row of each turn, or below 0
  // How urgent, from 1 up; of the danger lane only.
  height: Uint8Array|null;
}

const SIGN_PX2 = 62;
const SIGNS = symbolsFill.filter((type) => type !== symbolWye)
                  .slice(0, LEADING)
                  .map((type) => symbol(type, SIGN_PX2)()!);
const OTHER_SIGN = symbol(symbolWye, SIGN_PX2)()!;
const RISK_SIGNS: Record<string, string> = {
  risk_suicide_self_harm: 'M-5,4.5L0,-5L5,4.5Z',
  risk_abuse: 'M-5,0L0,-5L5,0L0,5Z',
  risk_harm_to_others: 'M-4,-4H4V4H-4Z',
};

type Turns = (PlayedTurn|undefined)[];

// Puts each turn into the row that `keyOf` names; rows stand in the order of
// `keys`.
function laneOf(
    turns: Turns, length: number, keys: string[],
    keyOf: (turn: PlayedTurn) => string|null,
    rowOf: (key: string, i: number) => Omit<Row, 'turns'>,
    about: Pick<Lane, 'name'|'title'|'nothing'>): Lane {
  const rows = keys.map((key, i) => ({...rowOf(key, i), turns: 0}));
  const index = new Map(keys.map((key, i) => [key, i]));
  const at = new Int16Array(length).fill(NOT_FETCHED);
  for (let n = 0; n < length; ++n) {
    const turn = turns[n];
    if (!turn) continue;
    const row = index.get(keyOf(turn) ?? '') ?? NOTHING;
    at[n] = row;
    if (row >= 0) ++rows[row]!.turns;
  }
  return {...about, rows, at, height: null};
}

function countsOf(turns: Turns, keyOf: (turn: PlayedTurn) => string|null) {
  const counts = new Map<string, number>();
  for (const turn of turns) {
    const key = turn && keyOf(turn);
    if (key) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const OTHER = '…';

function themeLane(turns: Turns, length: number): Lane {
  const counts = countsOf(turns, themeOf);
  const leading = [...counts.keys()]
                      .filter((theme) => !isMove(theme))
                      .sort((a, b) => counts.get(b)! - counts.get(a)! ||
                                (a < b ? -1 : 1))
                      .slice(0, LEADING);
  const keys = counts.size > leading.length ? [...leading, OTHER] : leading;
  return laneOf(
      turns, length, keys,
      (turn) => {
        const theme = themeOf(turn);
        return !theme || leading.includes(theme) ? theme : OTHER;
      },
      (theme, i) => theme === OTHER ?
          {
            name: 'Other themes', kind: 'other', sign: OTHER_SIGN, mark: null,
          } :
          {
            name: capital(themeName(theme)), kind: `theme-${i}`,
            sign: SIGNS[i]!, mark: null,
          },
      {name: 'theme', title: 'Theme', nothing: 'No theme was heard.'});
}

function stageLane(turns: Turns, length: number): Lane {
  const keyOf = (turn: PlayedTurn) => turn.stage ?? null;
  const seen = [...countsOf(turns, keyOf).keys()];
  const known = Object.keys(STAGES);
  const keys = [
    ...known.filter((stage) => seen.includes(stage)),
    ...seen.filter((stage) => !known.includes(stage)),
  ];
  return laneOf(
      turns, length, keys, keyOf,
      (stage, i) => ({
        name: capital(stageName(stage)),
        kind: stage === 'safety' ? 'stage safety' : 'stage',
        sign: null,
        mark: String(i + 1),
      }),
      {name: 'stage', title: 'Stage', nothing: 'No stage is on record.'});
}

function riskLane(turns: Turns, length: number): Lane {
  const keyOf = ({risk}: PlayedTurn) => risk?.category ?? null;
  const lane = laneOf(
      turns, length, [...countsOf(turns, keyOf).keys()].sort(), keyOf,
      (category) => ({
        name: capital(riskName(category)),
        kind: 'risk',
        sign: RISK_SIGNS[category] ?? RISK_SIGNS['risk_harm_to_others']!,
        mark: null,
      }),
      {name: 'risk', title: 'Danger', nothing: 'No danger was heard.'});
  lane.height = new Uint8Array(length);
  for (let n = 0; n < length; ++n) {
    const level = turns[n]?.risk?.level;
    if (level) lane.height[n] = Math.max(1, LEVELS.indexOf(level) + 1);
  }
  return lane;
}

function dialogLane(turns: Turns, length: number): Lane {
  const keyOf = ({dialog}: PlayedTurn) => dialog;
  const keys = [...countsOf(turns, keyOf).keys()];  // as they came up
  return laneOf(
      turns, length, keys, keyOf,
      (dialog, i) => ({
        name: capital(dialogName(dialog)),
        kind: i % 2 === 0 ? 'dialog' : 'dialog odd',
        sign: null,
        mark: letter(i),
      }),
      {name: 'dialog', title: 'Exercise', nothing: 'No exercise was open.'});
}

// a, b, …, z, aa, …
const letter = (i: number): string =>
    (i < 26 ? '' : letter(Math.floor(i / 26) - 1)) +
    String.fromCharCode(97 + i % 26);

// A few passes over the turns: some milliseconds for 5,000 of them.
export const lanesOf = (turns: Turns, length: number): Lane[] =>
    [themeLane, stageLane, riskLane, dialogLane].map(
        (lane) => lane(turns, length));

// The next turn after `n` in `row`, beginning again at the end; null when there
// is none.
export function nextIn({at}: Lane, row: number, n: number): number|null {
  for (let i = 1; i <= at.length; ++i)
    if (at[(n + i) % at.length] === row) return (n + i) % at.length;
  return null;
}
