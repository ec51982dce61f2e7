// What is kept in this browser: a small table of names and values.
//
//   conversation   {id, token}: opens the conversation on the server
//   draft          what stands in the message field
//   paused         whether sending is held
//   erase          keys of conversations still to be erased on the server
//   turn/000012    turn 12, as the server recorded it
//   unsent/…       what was said and is not yet known to be recorded, in order
//
// Where it is kept is the person's choice: in this tab (sessionStorage) or on
// this device (IndexedDB). Nothing is made until something is written.

export type Place = 'tab'|'device';

// A name's new value, or undefined to drop it.
export type Change = [name: string, value: unknown];

export interface Kept {
  readonly place: Place;
  // What has a name above `after`. Turns stand before "unsent", and
  // everything else is small.
  read(after?: string): Promise<Change[]>;
  // All of it or, when it rejects, nothing. On the device it survives a crash
  // of the browser once this resolves.
  write(changes: Change[]): Promise<void>;
  // Drops everything, and the place itself.
  wipe(): Promise<void>;
}

export const turnName = (n: number): string =>
    `turn/${String(n).padStart(6, '0')}`;

class TabKept implements Kept {
  readonly place = 'tab';
  constructor(private readonly prefix: string) {}

  private names(): string[] {
    return Object.keys(sessionStorage)
        .filter((key) => key.startsWith(this.prefix))
        .map((key) => key.slice(this.prefix.length));
  }

  async read(after = ''): Promise<Change[]> {
    return this.names()
        .filter((name) => name > after || !name.startsWith('turn/'))
        .sort()
        .map((name) => [name,
          JSON.parse(sessionStorage.getItem(this.prefix + name)!)]);
  }

  async write(changes: Change[]): Promise<void> {
    for (const [name, value] of changes) {
      if (value === undefined) sessionStorage.removeItem(this.prefix + name);
      else sessionStorage.setItem(this.prefix + name, JSON.stringify(value));
    }
  }

  async wipe(): Promise<void> {
    for (const name of this.names())
      sessionStorage.removeItem(this.prefix + name);
  }
}

const TABLE = 'kept';

const settled = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

class DeviceKept implements Kept {
  readonly place = 'device';
  private opened: Promise<IDBDatabase>|null = null;
  constructor(private readonly name: string) {}

  // Rejects, and leaves nothing behind, when there is nothing and none is to
  // be made.
  private open(make: boolean): Promise<IDBDatabase> {
    return this.opened ??= new Promise<IDBDatabase>((resolve, reject) => {
             const request = indexedDB.open(this.name, 1);
             request.onupgradeneeded = () => {
               if (make) request.result.createObjectStore(TABLE);
               else request.transaction!.abort();
             };
             request.onsuccess = () => {
               const database = request.result;
               // Another tab wipes everything.
               database.onversionchange = database.onclose = () => {
                 database.close();
                 this.opened = null;
               };
               resolve(database);
             };
             request.onerror = () => {
               this.opened = null;
               reject(request.error);
             };
           });
  }

  async read(after = ''): Promise<Change[]> {
    let database;
    try {
      database = await this.open(false);
    } catch (error) {
      if ((error as DOMException).name === 'AbortError') return [];
      throw error;
    }
    const table = database.transaction(TABLE).objectStore(TABLE);
    const ranges = [
      IDBKeyRange.upperBound('turn', true),
      IDBKeyRange.lowerBound(after > 'turn' ? after : 'turn', true),
    ];
    const parts = await Promise.all(ranges.map(async (range) => {
      const [names, values] = await Promise.all(
          [settled(table.getAllKeys(range)), settled(table.getAll(range))]);
      return names.map((name, i): Change => [String(name), values[i]]);
    }));
    return parts.flat();
  }

  async write(changes: Change[]): Promise<void> {
    const database = await this.open(true);
    const writing =
        database.transaction(TABLE, 'readwrite', {durability: 'strict'});
    const table = writing.objectStore(TABLE);
    for (const [name, value] of changes) {
      if (value === undefined) table.delete(name);
      else table.put(value, name);
    }
    await new Promise<void>((resolve, reject) => {
      writing.oncomplete = () => resolve();
      writing.onabort = () => reject(writing.error);
    });
  }

  async wipe(): Promise<void> {
    try {
      const database = await this.open(false);
      await settled(database.transaction(TABLE, 'readwrite')
                        .objectStore(TABLE)
                        .clear());
      database.close();
    } catch {
      // There was nothing.
    }
    this.opened = null;
    // It is empty; a tab that sleeps may hold on to its place for a while.
    await new Promise<void>((resolve) => {
      const deleting = indexedDB.deleteDatabase(this.name);
      deleting.onsuccess = deleting.onerror = deleting.onblocked = () =>
          resolve();
    });
  }
}

// The place for the server at `base`; throws when the browser has none.
export function keptIn(place: Place, base: string): Kept {
  if (place === 'tab') {
    sessionStorage.length;  // throws where storage is denied
    return new TabKept(`nearer ${base} `);
  }
  indexedDB.cmp(0, 0);  // so does this
  return new DeviceKept(`nearer ${base}`);
}

// Where something is kept already, this tab before the device, and what; null
// when nothing is.
export async function findKept(base: string):
    Promise<{kept: Kept, all: Change[]}|null> {
  for (const place of ['tab', 'device'] as const) {
    try {
      const kept = keptIn(place, base);
      const all = await kept.read();
      if (all.length > 0) return {kept, all};
    } catch {
      // Storage is denied: nothing is kept there.
    }
  }
  return null;
}
