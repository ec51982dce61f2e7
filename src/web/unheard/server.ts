// What the server tells the operator about what no rule heard.
import {Server} from '../chat/server';

export interface Question {
  since: string;  // a date; empty: from the beginning
  until: string;
  least: number;
}

// One wording, and where it was said last.
export interface Said {
  text: string;
  conversation: string;
  n: number;
  at: number;
}

export interface Group {
  times: number;
  conversations: number;
  wordings: number;
  last: number;
  weeks: {week: string; times: number}[];
  said: Said[];
}

export interface Found {
  status: 'running'|'done'|'failed';
  made: number;
  read: number;
  turns: number;
  heard_now: number;
  withheld: number;
  left_out: number;
  most_texts: number;
  count: number;
  groups: Group[];
  next: number|null;
}

const A_PAGE = 50;

export class Desk extends Server {
  find(key: string, {since, until, least}: Question, after: number):
      Promise<Found> {
    const query = new URLSearchParams(
        {least: String(least), after: String(after), limit: String(A_PAGE)});
    if (since) query.set('since', since);
    if (until) query.set('until', until);
    return this.ask('GET', `/unheard?${query}`, key);
  }
}
