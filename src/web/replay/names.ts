// What the page calls what the coach notes of a turn.
import {clock, dateOf, day, themeName as commonName} from '../history/words';
import type {PlayedTurn} from './recording';

const THEMES: Record<string, string> = {
  ask_partner_help: 'how to reach someone distant',
  ask_definition: 'what avoidant attachment is',
  ask_origin: 'where it comes from',
  ask_signs: 'how one would know',
  ask_types: 'other attachment styles',
  ask_change: 'whether it can change',
  ask_action: 'what one can do',
  ask_professional: 'finding help',
  ask_about_coach: 'what the coach is',
  data_request: 'their data',
  affirm: 'a yes',
  deny: 'a no',
  greeting: 'a greeting',
  goodbye: 'a goodbye',
  thanks: 'thanks',
  unsure: 'not knowing',
};

// Moves of a conversation rather than what it is about.
const MOVES =
    ['affirm', 'deny', 'greeting', 'goodbye', 'thanks', 'unsure'];
export const isMove = (theme: string): boolean => MOVES.includes(theme);

export const themeName = (id: string): string => THEMES[id] ?? commonName(id);

// In the order in which a session goes through them; above all, safety.
export const STAGES: Record<string, string> = {
  open: 'beginning',
  last_step: 'how the last step went',
  explore: 'exploring',
  reframe: 'another view',
  step: 'a small step',
  close: 'closing',
  safety: 'safety first',
};

export const stageName = (id: string): string =>
    STAGES[id] ?? id.replaceAll('_', ' ');

export const RISKS: Record<string, string> = {
  risk_suicide_self_harm: 'suicide or self-harm',
  risk_abuse: 'being hurt or threatened',
  risk_harm_to_others: 'harm to somebody else',
};

export const riskName = (category: string): string =>
    RISKS[category] ?? category.replaceAll('_', ' ');

// The least urgent first.
export const LEVELS = ['past', 'passive', 'active', 'imminent'];

// "journal_moment" → "journal moment"
export const dialogName = (id: string): string => id.replaceAll('_', ' ');

// What a turn is about: what was heard, unless nothing was.
export const themeOf = ({theme, risk}: PlayedTurn): string|null =>
    theme && theme !== 'none' && !risk ? theme : null;

export interface Note {
  lane: 'theme'|'stage'|'risk'|'dialog';
  words: string;
}

// All that was noted of a turn, in words.
export function notesOf(turn: PlayedTurn): Note[] {
  const notes: Note[] = [];
  const {risk, stage, dialog} = turn;
  if (risk)
    notes.push({
      lane: 'risk',
      words: `danger heard: ${riskName(risk.category)} (${risk.level})`,
    });
  const theme = themeOf(turn);
  if (theme) notes.push({lane: 'theme', words: themeName(theme)});
  if (stage) notes.push({lane: 'stage', words: stageName(stage)});
  if (dialog)
    notes.push({lane: 'dialog', words: `exercise: ${dialogName(dialog)}`});
  return notes;
}

const MINUTE = 60, HOUR = 3600, DAY = 86400;

// A pause that a reader wants to know of; null for a short one.
export function pauseName(seconds: number): string|null {
  const about = (length: number, name: string) => {
    const count = Math.round(seconds / length);
    return `${count} ${name}${count === 1 ? '' : 's'} later`;
  };
  if (seconds < 10 * MINUTE) return null;
  if (seconds < 1.5 * HOUR) return about(MINUTE, 'minute');
  return seconds < 1.5 * DAY ? about(HOUR, 'hour') : about(DAY, 'day');
}

export const moment = (unixSeconds: number): string =>
    `${day(dateOf(unixSeconds))}, ${clock(dateOf(unixSeconds))}`;
