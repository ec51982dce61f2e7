// One conversation as it is on record. It comes in pages, what is looked at
// first, then the rest; then the server is asked now and then whether there is
// more of it, or nothing any more.
import {Failure, Server, type Turn, type Why} from '../chat/server';

const FIRST = 60;  // turns that are asked for first
const BEFORE = 30;  // of them, so many stand before the one that is looked at
const PAGE = 500;
const WATCH_MS = 5000;

export interface PlayedTurn extends Turn {
  at: number;  // Unix seconds
  theme: string|null;
  stage?: string|null;
  risk: {category: string, level: string}|null;
}

// A conversation and what opens it: its token or, in the record, the operator's
// key.
export interface Door {
  among: 'conversations'|'record';
  id: string;
  token: string;
}

interface Part {
  last: number;
  turns: PlayedTurn[];
}

// A conversation as the operator's list has it.
export interface Entry {
  id: string;
  channel: string;
  began: number;  // Unix seconds
  last: number;   // number of the latest turn
}

export class Archive extends Server {
  part({among, id, token}: Door, after: number, limit: number,
       stop: AbortSignal): Promise<Part> {
    return this.ask(
        'GET',
        `/${among}/${encodeURIComponent(id)}?after=${after}&limit=${limit}`,
        token, undefined, stop);
  }

  reason({among, id, token}: Door, n: number): Promise<Why> {
    return this.ask(
        'GET', `/${among}/${encodeURIComponent(id)}/turns/${n}/why`, token);
  }

  list(key: string, after: number|null):
      Promise<{conversations: Entry[], next: number|null}> {
    const from = after === null ? '' : `?after=${after}`;
    return this.ask('GET', `/record${from}`, key);
  }
}

export interface Listener {
  arrived(): void;  // more turns are there
  reached(): void;  // the server answers again
  failed(failure: Failure): void;
}

export class Recording {
  // The turn n stands at n; what is not fetched yet is missing.
  readonly turns: (PlayedTurn|undefined)[] = [];
  last = -1;  // number of the latest turn; -1 until it is known
  private whole = 0;  // all turns before this one are there
  private wanted = 0;
  private asking = false;
  private awaited = false;  // somebody waits for the outcome
  private away = false;
  private ended = false;
  private readonly ending = new AbortController();
  private readonly reasons = new Map<number, Why>();
  private timer: ReturnType<typeof setInterval>|undefined;

  constructor(
      private readonly archive: Archive, private readonly door: Door,
      private readonly listener: Listener) {}

  get length(): number {
    return this.last + 1;
  }

  get complete(): boolean {
    return this.last >= 0 && this.whole > this.last;
  }

  // Fetches all of it, what is around turn `near` first. Asked again it goes on
  // where it failed; who asks is told when it fails once more.
  async fetch(near: number, asked = true): Promise<void> {
    this.wanted = near;
    this.awaited ||= asked;
    if (this.asking || this.ended) return;
    this.asking = true;
    this.timer ??= setInterval(() => void this.watch(), WATCH_MS);
    try {
      await this.add(Math.max(0, near - BEFORE), FIRST);
      while (!this.complete && !this.ended) {
        const there = this.turns[Math.min(this.wanted, this.last)];
        await this.add(
            there ? this.whole : Math.max(0, this.wanted - BEFORE), PAGE);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.asking = false;
    }
  }

  // What is asked for comes before the rest.
  want(n: number): void {
    this.wanted = n;
  }

  // Kept once it is known, for it never changes.
  async why(n: number): Promise<Why> {
    const known = this.reasons.get(n);
    if (known) return known;
    try {
      const why = await this.archive.reason(this.door, n);
      if (!this.ended) this.reasons.set(n, why);
      return why;
    } catch (error) {
      if (error instanceof Failure && error.then === 'anew')
        this.fail(error);
      throw error;
    }
  }

  // Nothing of it stays here.
  end(): void {
    this.ended = true;
    clearInterval(this.timer);
    this.ending.abort();
    this.turns.length = 0;
    this.reasons.clear();
  }

  private async watch(): Promise<void> {
    if (this.asking || document.hidden) return;
    if (!this.complete) return this.fetch(this.wanted, false);
    this.asking = true;
    try {
      await this.add(this.length, PAGE);
    } catch (error) {
      this.fail(error);
    } finally {
      this.asking = false;
    }
  }

  // Asks for turns from number `from` on.
  private async add(from: number, limit: number): Promise<void> {
    const {last, turns} = await this.archive.part(
        this.door, from - 1, limit, this.ending.signal);
    if (this.ended) return;
    if (this.away) this.listener.reached();
    this.away = false;
    const before = this.last;
    this.last = last;
    for (const turn of turns) this.turns[turn.n] = turn;
    while (this.turns[this.whole]) ++this.whole;
    if (turns.length > 0 || before !== last) this.listener.arrived();
    // The address, or the record, may name a turn that is not there.
    if (turns.length > 0 || this.whole > last) return;
    if (from > last) this.wanted = last;
    else throw new Failure('The record has a gap here.', 'refused');
  }

  private fail(error: unknown): void {
    if (this.ended) return;
    const failure = error instanceof Failure ?
        error : new Failure('Something went wrong on this page.', 'again');
    const known = this.away && failure.then === 'again' && !this.awaited;
    this.away = true;
    this.awaited = false;
    if (!known) this.listener.failed(failure);
  }
}
