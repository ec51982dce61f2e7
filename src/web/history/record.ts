// The conversations whose keys this browser keeps, and what the server has on
// record of them.
import {keptIn, type Place} from '../chat/kept';
import {CONVERSATIONS, Failure, type Key, Server, type Turn} from
    '../chat/server';

export interface RecordedTurn extends Turn {
  at?: number;  // Unix seconds; absent in the copy kept in the browser
}

export interface Moment {
  n: number;
  at: number;
  from: 'talk'|'journal';
  theme: string|null;
  text: string|null;
  trigger: string|null;
  urge: string|null;
  did: string|null;
  guarded: string|null;
  about: {role: string|null, name: string|null}|null;
}

export interface Step {
  n: number;
  what: string;
  when: string|null;
  confidence: number|null;
  chosen_at: number;
  state: string;
  state_at: number|null;
}

export interface Insights {
  messages: number;
  sessions: number;
  first_at: number|null;
  last_at: number|null;
  themes: {
    by: 'day'|'week',
    utc_offset: number,  // by which the periods were told apart
    periods:
        {begins: string, messages: number, counts: Record<string, number>}[],
    totals: Record<string, number>,
  };
  pulling_away:
      {moments: Moment[], triggers: {text: string, times: number}[]};
  steps: Step[];
}

export interface Held {
  place: Place;
  key: Key;
  turns: RecordedTurn[];  // the browser's copy
}

// What this browser holds, this tab's before the device's.
export async function heldConversations(base: string): Promise<Held[]> {
  const held: Held[] = [];
  for (const place of ['tab', 'device'] as const) {
    try {
      const all = await keptIn(place, base).read();
      const key = all.find(([name]) => name === 'conversation')?.[1];
      if (!key) continue;
      const turns = all.filter(([name]) => name.startsWith('turn/'))
                        .map(([, turn]) => turn as RecordedTurn);
      held.push({place, key: key as Key, turns});
    } catch {
      // Storage is denied: nothing is kept there.
    }
  }
  return held;
}

// Minutes by which this browser's clock is ahead of UTC now.
const offset = (): number => -new Date().getTimezoneOffset();

export class Archive extends Server {
  override read(key: Key, after: number): Promise<RecordedTurn[]> {
    return super.read(key, after);
  }

  insights({id, token}: Key, by: 'day'|'week'): Promise<Insights> {
    return this.ask(
        'GET',
        `${CONVERSATIONS}/${id}/insights?by=${by}&utc_offset=${offset()}`,
        token);
  }

  // The file, and the name the server gives it.
  async file({id, token}: Key, kind: 'md'|'json'):
      Promise<{name: string, bytes: Blob}> {
    let response;
    try {
      response = await fetch(
          `${this.base}v1/conversations/${id}/export?format=${kind}` +
              `&utc_offset=${offset()}`,
          {
            headers: {Authorization: `Bearer ${token}`},
            credentials: 'omit',
            referrerPolicy: 'no-referrer',
            cache: 'no-store',
          });
      if (response.ok) {
        const name = /filename="([^"]+)"/.exec(
            response.headers.get('Content-Disposition') ?? '');
        return {
          name: name?.[1] ?? `nearer.${kind}`,
          bytes: await response.blob(),
        };
      }
    } catch {
      // Said below.
    }
    throw new Failure(
        response?.status === 404 ?
            'This conversation is no longer on the server.' :
            'That could not be fetched just now. Try again in a moment.',
        'again');
  }
}
