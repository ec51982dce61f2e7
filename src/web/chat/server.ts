// The HTTP API of nearer, as /openapi.json describes it.

export interface Key {
  id: string;
  token: string;
}

// Lines to reach help, by kind: emergency, crisis, abuse, violence.
export type Help = Record<string, string>;

export interface Turn {
  n: number;
  messages: string[];
  choices: string[];
  help: Help | null;
  dialog: string | null;  // the exercise that is open after it
  // Of the person; absent for the opening.
  text?: string;
  client_turn_id?: string;
}

// A code that takes the conversation elsewhere, for ten minutes.
export interface Link {
  code: string;
  telegram: string|null;  // an address that brings it there
}

export interface Why {
  text: string;
  pack: string;
  decided_by: string;
  heard: {rule: string; theme: string; begin: number; end: number}[];
  scene?: {heard: string; words: string[]};
  near_miss?: {heard: string; example: string; words: string[]};
  prompts: {
    id: string;
    sources: {item: string; article: string | null; heading: string | null}[];
  }[];
}

// Why a request came to nothing, in words for the person.
export class Failure extends Error {
  constructor(
      words: string,
      // What is to be done: the same again later; begin anew, since the
      // conversation is no more; or nothing, since it is refused for good.
      readonly then: 'again'|'anew'|'refused',
      // Not before so many milliseconds.
      readonly wait = 0,
      // As the server names it; empty when it did not answer.
      readonly code = '') {
    super(words);
  }
}

export const CONVERSATIONS = '/conversations';
const PATIENCE_MS = 20_000;
const LATER = [408, 425, 429, 500, 502, 503, 504];

export class Server {
  // `base` is where the server is, with a slash at its end.
  constructor(readonly base: string) {}

  begin(): Promise<Turn&Key> {
    return this.ask('POST', CONVERSATIONS);
  }

  say({id, token}: Key, text: string, turnId: string, stop: AbortSignal):
      Promise<Turn> {
    return this.ask(
        'POST', `${CONVERSATIONS}/${id}/turns`, token, {text, client_turn_id: turnId}, stop);
  }

  // Every turn after number `after`.
  async read({id, token}: Key, after: number, stop?: AbortSignal):
      Promise<Turn[]> {
    const all: Turn[] = [];
    for (;;) {
      const part = await this.ask<{last: number; turns: Turn[]}>(
          'GET', `${CONVERSATIONS}/${id}?limit=500&after=${after}`, token, undefined, stop);
      all.push(...part.turns);
      const end = part.turns.at(-1);
      if (!end || end.n >= part.last) return all;
      after = end.n;
    }
  }

  why({id, token}: Key, n: number): Promise<Why> {
    return this.ask('GET', `${CONVERSATIONS}/${id}/turns/${n}/why`, token);
  }

  // The messengers in which a conversation can go on.
  async messengers(): Promise<string[]> {
    return (await this.ask<{messengers: string[]}>('GET', '/links')).messengers;
  }

  giveLink({id, token}: Key): Promise<Link> {
    return this.ask('POST', `${CONVERSATIONS}/${id}/link`, token);
  }

  // From then on the conversation is opened by this key and no other.
  takeLink(code: string): Promise<Key> {
    return this.ask('POST', '/links', undefined, {code});
  }

  // Also when this page is about to go. Done when there is nothing to erase.
  async erase({id, token}: Key): Promise<void> {
    try {
      await this.ask('DELETE', `${CONVERSATIONS}/${id}`, token);
    } catch (failure) {
      if (!(failure instanceof Failure && failure.then === 'anew'))
        throw failure;
    }
  }

  protected async ask<T>(
      method: string, path: string, token?: string, body?: unknown,
      stop?: AbortSignal): Promise<T> {
    const headers: Record<string, string> = {};
    if (token) headers['Authorization'] = `Bearer ${token}`;
    if (body) headers['Content-Type'] = 'application/json';
    const patience = new AbortController();
    const giveUp = () => patience.abort();
    const timer = setTimeout(giveUp, PATIENCE_MS);
    stop?.addEventListener('abort', giveUp);
    try {
      const response = await fetch(`${this.base}v1${path}`, {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
        signal: patience.signal,
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        cache: 'no-store',
        keepalive: method === 'DELETE',
      });
      if (response.status === 204) return undefined as T;
      const json = await response.json();
      if (response.ok) return json;
      throw failureOf(response, json);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure('The coach cannot be reached just now.', 'again');
    } finally {
      clearTimeout(timer);
      stop?.removeEventListener('abort', giveUp);
    }
  }
}

function failureOf(
    response: Response, problem: {code?: string, detail?: string}): Failure {
  const {status} = response;
  // Said by nearer itself, not by something in between.
  if (problem.code === 'not_found' || problem.code === 'unauthorized')
    return new Failure(
        'This conversation is no longer on the server.', 'anew', 0,
        problem.code);
  if (problem.detail && !LATER.includes(status))
    return new Failure(problem.detail, 'refused');
  const seconds = Number(response.headers.get('Retry-After')) || 0;
  return new Failure(
      status === 429 ? 'That was a lot at once.' :
                       'Something is wrong on our side.',
      'again', seconds * 1000);
}
