// One conversation as this tab sees it: what was said, what is still to be
// sent, and the one who sends it. Knows no elements of the page.
//
// What the person says is first written to the outbox with the id that makes
// it one turn however often it is sent, then sent in order. Of all tabs that
// share a conversation one sends at a time (a Web Lock), and each tells the
// others what it changed (a BroadcastChannel). What the server recorded is
// the truth: the log shows that, and after it what waits in the outbox.
//
// Until the person says something nothing is kept anywhere: the conversation
// that was begun to greet them is erased again when they leave.
import {Events} from './events';
import {
  type Change,
  findKept,
  type Kept,
  keptIn,
  type Place,
  turnName,
} from './kept';
import {
  Failure,
  type Help,
  type Key,
  type Link,
  Server,
  type Turn,
  type Why,
} from './server';

// Something in the outbox.
export interface Unsent {
  name: string;  // unsent/…, its place in the outbox
  id: string;    // its client_turn_id
  text: string;
  reworded?: boolean;  // an earlier wording may have arrived
}

// What is in the way of sending.
export type Line = 'fine'|'offline'|'unreachable';

export interface TalkEvents {
  change: void;    // something that is to be shown
  message: Turn;   // a reply that is new to this tab
  sent: {id: string, text: string};    // it is in the outbox
  delivered: {id: string, n: number};  // the server has recorded it
  error: {message: string};
  offline: void;
  online: void;
  notice: string;  // to be said to the person, once
  draft: string;   // goes into the message field
}

// What a tab tells the others that share `id` or, on the device, everything.
type News = {place: Place, id: string|undefined, changes: Change[]|'over'};

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const DRAFT_MS = 150;

export class Talk extends Events<TalkEvents> {
  turns: Turn[] = [];  // as recorded, by number
  conversations = 0;   // that were here before: other turns, same numbers
  unsent: Unsent[] = [];
  paused = false;
  draft = '';
  line: Line = 'fine';
  trouble = '';  // why the line is not fine, in words
  place: Place = 'tab';  // where it is kept once something is said
  keeps = true;          // whether the browser keeps anything at all
  rewording: string|null = null;  // the outbox entry that is held for that

  private readonly server: Server;
  private readonly channel: BroadcastChannel;
  private readonly state = new Map<string, unknown>();
  private readonly recorded = new Set<string>();  // client_turn_ids
  private key: Key|undefined;
  private kept: Kept|null = null;  // null until something is said
  private queue: Promise<unknown> = Promise.resolve();
  private stop = new AbortController();  // another one after each reset
  private busy = false;
  private again = false;
  private unread = true;  // the server may have turns that are not here
  private dueErased = false;
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout>|undefined;
  private draftTimer: ReturnType<typeof setTimeout>|undefined;

  constructor(private readonly base: string) {
    super();
    this.server = new Server(base);
    this.channel = new BroadcastChannel(`nearer ${base}`);
    this.channel.onmessage = ({data}) => this.hear(data as News);
    const until = {signal: this.closing.signal};
    addEventListener('online', () => this.checkLine(), until);
    addEventListener('offline', () => this.checkLine(), until);
    addEventListener('pagehide', () => this.leave(), until);
    addEventListener(
        'pageshow', ({persisted}) => persisted && this.tryNow(), until);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') void this.saveDraft();
      else if (this.line !== 'fine') this.tryNow();
    }, until);
  }
  private readonly closing = new AbortController();

  // Takes up what is kept, or begins.
  async start(): Promise<void> {
    const found = await findKept(this.base);
    if (this.closing.signal.aborted) return;
    if (found) this.takeUp(found);
    this.draft = this.state.get('draft') as string ?? '';
    if (this.draft) this.emit('draft', this.draft);
    this.emit('change', undefined);
    this.checkLine();
  }

  close(): void {
    void this.saveDraft();
    this.leave();
    this.closing.abort();
    clearTimeout(this.retry);
    this.channel.close();
  }

  get help(): Help|null {
    return this.turns.at(-1)?.help ?? null;
  }

  get spoken(): boolean {
    return this.unsent.length > 0 || this.turns.length > 1;
  }

  get keptOnDevice(): boolean {
    return this.kept?.place === 'device';
  }

  // Whether a reply is on its way.
  get expecting(): boolean {
    const next = this.unsent[0];
    return this.line === 'fine' && !this.paused &&
        (next ? next.name !== this.rewording : this.turns.length === 0);
  }

  // --- What the person does ------------------------------------------------

  async say(words: string): Promise<void> {
    const text = words.replace(/\p{Surrogate}/gu, '\ufffd');
    const last = this.unsent.at(-1)?.name.split('/')[1] ?? 0;
    const order = Math.max(Date.now(), Number(last) + 1);
    const id = newId();
    const name =
        `unsent/${String(order).padStart(15, '0')}/${id.slice(0, 8)}`;
    const entry: Unsent = {name, id, text};
    // Shown at once, so that the order holds however fast somebody writes.
    this.apply([[name, entry]]);
    this.emit('change', undefined);
    this.draft = '';
    await this.settle();
    await this.commit(() => [[name, entry], ['draft', undefined]]);
    this.emit('sent', {id, text});
    await this.meet();
  }

  // Holds what waits under `name` while it is reworded; null: no longer.
  hold(name: string|null): void {
    this.rewording = name;
    this.emit('change', undefined);
    if (!name) void this.meet();
  }

  // New words for what waits; it keeps its place and its id, so that it stays
  // one turn even when an earlier wording had arrived.
  async reword(name: string, text: string): Promise<void> {
    this.rewording = null;
    await this.commit(() => {
      const entry = this.state.get(name) as Unsent | undefined;
      return entry ? [[name, {...entry, text, reworded: true}]] : [];
    });
    await this.meet();
  }

  // What waits is not sent. Had it arrived all the same, the record has it and
  // so the log shows it again.
  async takeBack(name: string): Promise<void> {
    this.rewording = null;
    await this.commit(() => [[name, undefined]]);
    this.unread = true;
    await this.meet();
  }

  async setPaused(paused: boolean): Promise<void> {
    await this.commit(() => [['paused', paused || undefined]]);
    await this.meet();
  }

  setDraft(text: string): void {
    this.draft = text;
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => void this.saveDraft(), DRAFT_MS);
  }

  async moveTo(place: Place): Promise<void> {
    const before = this.place;
    this.place = place;
    await this.inTurn(async () => {
      const from = this.kept;
      if (!from || from.place === place) return;
      try {
        const to = keptIn(place, this.base);
        await to.write([...this.state]);
        this.kept = to;
        await from.wipe();
        if (before === 'device') this.tell('over', before);
      } catch {
        this.place = before;
        this.emit('notice', 'It could not be moved. It is kept as before.');
      }
    });
    this.emit('change', undefined);
  }

  // Wipes everything that was said here, at once, and then on the server, and
  // says how that went.
  async forget(): Promise<void> {
    const {key, place} = this;
    const kept = this.kept;
    if (kept) this.tell('over');
    this.reset();
    await kept?.wipe().catch(() => {});
    let words = 'Everything is forgotten, here and on the server.';
    await this.locked(async () => {
      // Who was sending has stopped by now: nothing is written after this.
      await kept?.wipe().catch(() => {});
      if (key && !await this.erase(key, place))
        words = 'It is wiped here. The server cannot be reached just now; ' +
            'its copy is erased as soon as it can be, ' +
            (place === 'tab' ? 'so please leave this tab open.' :
                               'also when you come back later.');
    });
    this.emit('notice', words);
    await this.meet();
  }

  messengers(): Promise<string[]> {
    return this.server.messengers();
  }

  // A code that takes this conversation elsewhere; here it is over then.
  async giveLink(): Promise<Link> {
    if (!this.key) throw new Failure('There is nothing to move.', 'refused');
    return this.server.giveLink(this.key);
  }

  // Brings the conversation of a code here. The one that is here is erased.
  async takeLink(code: string): Promise<void> {
    const moved = await this.server.takeLink(code);
    const {key, kept, place} = this;
    if (kept) this.tell('over');
    this.reset();
    await this.locked(async () => {
      await kept?.wipe().catch(() => {});
      this.apply([['conversation', moved]]);
      try {
        const fresh = keptIn(place, this.base);
        await fresh.write([...this.state]);
        this.kept = fresh;
      } catch {
        this.cannotKeep();
      }
      if (key) await this.erase(key, place);
    });
    this.unread = true;
    await this.meet();
  }

  async why(n: number): Promise<Why> {
    if (!this.key) throw new Failure('There is nothing to explain.', 'refused');
    return this.server.why(this.key, n);
  }

  tryNow(): void {
    this.attempts = 0;
    this.unread = true;
    this.checkLine();
  }

  // --- What is here, and what is kept --------------------------------------

  private apply(changes: Change[]): void {
    for (const [name, value] of changes) {
      if (value === undefined) this.state.delete(name);
      else this.state.set(name, value);
      if (name.startsWith('turn/')) this.put(value as Turn);
    }
    this.unsent = [...this.state]
                      .filter(([name]) => name.startsWith('unsent/'))
                      .map(([, value]) => value as Unsent)
                      .filter(({id}) => !this.recorded.has(id))
                      .sort((a, b) => a.name < b.name ? -1 : 1);
    this.key = this.state.get('conversation') as Key | undefined;
    this.paused = this.state.get('paused') === true;
  }

  private put(turn: Turn): void {
    const at = this.turns.findLastIndex(({n}) => n <= turn.n);
    if (this.turns[at]?.n !== turn.n) this.turns.splice(at + 1, 0, turn);
    if (turn.client_turn_id) this.recorded.add(turn.client_turn_id);
  }

  private takeUp(found: {kept: Kept, all: Change[]}): void {
    this.kept = found.kept;
    this.place = found.kept.place;
    this.apply(found.all);
    this.unread = true;
  }

  // One after the other, in the order they were asked for.
  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const done = this.queue.then(action);
    this.queue = done.catch(() => {});
    return done;
  }

  // What `changes` gives is kept, shown and told to the other tabs.
  private commit(changes: () => Change[]): Promise<void> {
    const {stop} = this;
    return this.inTurn(async () => {
      if (stop.signal.aborted) return;
      const made = changes();
      try {
        await this.kept?.write(made);
      } catch {
        this.cannotKeep();
      }
      if (stop.signal.aborted) return;
      this.apply(made);
      if (this.kept) this.tell(made);
      this.emit('change', undefined);
    });
  }

  // Before the first message nothing is kept; with it, everything is.
  private settle(): Promise<void> {
    const {stop} = this;
    return this.inTurn(async () => {
      if (this.kept || !this.keeps) return;
      // Another tab may have begun to talk at the same moment.
      await this.locked(async () => {
        const found = await findKept(this.base);
        if (stop.signal.aborted) return;
        if (found) {
          this.dropGreeting();
          this.takeUp(found);
          return;
        }
        try {
          const kept = keptIn(this.place, this.base);
          await kept.write([...this.state]);
          this.kept = kept;
        } catch {
          this.cannotKeep();
        }
      }, 'settle');
    });
  }

  private cannotKeep(): void {
    if (!this.keeps) return;
    this.keeps = false;
    this.emit(
        'notice',
        'This browser keeps nothing for this page: what you write lasts as ' +
            'long as the page stays open.');
  }

  private async saveDraft(): Promise<void> {
    clearTimeout(this.draftTimer);
    const draft = this.draft || undefined;
    if (!this.kept || draft === this.state.get('draft')) return;
    await this.inTurn(async () => {
      await this.kept?.write([['draft', draft]]).catch(() => {});
      if (draft) this.state.set('draft', draft);
      else this.state.delete('draft');
    });
  }

  // Everything of this conversation leaves this tab.
  private reset(): void {
    this.stop.abort();
    this.stop = new AbortController();
    this.state.clear();
    this.recorded.clear();
    this.turns = [];
    ++this.conversations;
    this.rewording = null;
    this.kept = null;
    this.attempts = 0;
    this.apply([]);
    this.draft = '';
    this.emit('draft', '');
    this.emit('change', undefined);
  }

  // The conversation in which nobody spoke is not left behind.
  private dropGreeting(): void {
    if (this.kept || !this.key || this.turns.length > 1) return;
    void this.server.erase(this.key).catch(() => {});
    this.turns = [];
    ++this.conversations;
    this.state.delete(turnName(0));
    this.apply([['conversation', undefined]]);
  }

  // Whether it is erased; if not, that is noted to be done later.
  private async erase(key: Key, place: Place): Promise<boolean> {
    try {
      await this.server.erase(key);
      return true;
    } catch {
      this.dueErased = false;
      await keptIn(place, this.dueBase).write([[key.id, key]]).catch(() => {});
      return false;
    }
  }

  private leave(): void {
    void this.saveDraft();
    if (!this.spoken) this.dropGreeting();
  }

  // --- The other tabs ------------------------------------------------------

  // By default one at a time of all tabs with this server. Without Web Locks
  // (the page is not secure) each for itself: the server makes one turn of an
  // id all the same.
  private locked<T>(action: () => Promise<T>, what = 'send'): Promise<T> {
    return navigator.locks ?
        navigator.locks.request(`nearer ${what} ${this.base}`, action) as
            Promise<T> :
        action();
  }

  private tell(changes: Change[]|'over', place = this.place): void {
    const news: News = {place, id: this.key?.id, changes};
    if (!this.closing.signal.aborted) this.channel.postMessage(news);
  }

  private hear({place, id, changes}: News): void {
    const mine = place === 'device' ? this.kept?.place === 'device' :
                                      id !== undefined && id === this.key?.id;
    if (!this.kept && place === 'device' && changes !== 'over') {
      void this.join();
    } else if (!mine) {
      return;
    } else if (changes === 'over') {
      this.reset();
      this.emit('notice', 'This conversation was ended in another tab.');
      void this.meet();
    } else if (place === 'tab') {
      this.tryNow();  // a copy of this tab: the server knows
    } else {
      this.takeIn(changes);
    }
  }

  // Somebody speaks on this device, and has not yet spoken in this tab.
  private async join(): Promise<void> {
    const found = await findKept(this.base);
    if (!found || this.kept || this.unsent.length > 0) return;
    this.dropGreeting();
    this.takeUp(found);
    this.emit('change', undefined);
    await this.meet();
  }

  // From another tab or from the server: new replies are told of.
  private takeIn(changes: Change[]): void {
    const known = this.turns.at(-1)?.n;
    this.apply(changes.filter(([name]) => name !== 'draft'));
    this.emit('change', undefined);
    if (known === undefined) return;
    for (const turn of this.turns)
      if (turn.n > known) this.emit('message', turn);
  }

  // --- The server ----------------------------------------------------------

  private get dueBase(): string {
    return `${this.base} erase`;
  }

  private checkLine(): void {
    if (navigator.onLine === false) {
      this.setLine('offline', 'You are offline.');
    } else {
      if (this.line === 'offline') {
        this.attempts = 0;
        this.unread = true;
        this.setLine('fine');
      }
      void this.meet();
    }
  }

  private setLine(line: Line, trouble = ''): void {
    const before = this.line;
    this.line = line;
    this.trouble = trouble;
    if (before === 'fine' && line !== 'fine') this.emit('offline', undefined);
    if (before !== 'fine' && line === 'fine') this.emit('online', undefined);
    this.emit('change', undefined);
  }

  // Takes what the server has and sends what it has not, until nothing is left
  // or something is in the way. Asked while it is at it, it does so once more.
  private async meet(): Promise<void> {
    this.again = true;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.again && !this.closing.signal.aborted) {
        this.again = false;
        clearTimeout(this.retry);
        if (this.line !== 'offline') await this.locked(() => this.exchange());
      }
    } finally {
      this.busy = false;
    }
  }

  private async exchange(): Promise<void> {
    const {signal} = this.stop;
    try {
      await this.refresh();
      await this.eraseDue();
      if (!this.key && !signal.aborted) await this.begin();
      if (this.unread && !signal.aborted) await this.take(signal);
      while (!signal.aborted && await this.sendNext(signal)) {
        // Until nothing is left.
      }
      if (this.line === 'unreachable') this.setLine('fine');
      this.attempts = 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!signal.aborted) await this.fail(error);
      else this.again = true;
    }
  }

  // What other tabs wrote, should word of it not be here yet.
  private async refresh(): Promise<void> {
    if (this.kept?.place !== 'device') return;
    const {signal} = this.stop;
    const known = this.turns.at(-1)?.n;
    const found = await this.kept
                      .read(known === undefined ? '' : turnName(known))
                      .catch(() => []);
    if (!signal.aborted) this.takeIn(found);
  }

  private async eraseDue(): Promise<void> {
    if (this.dueErased) return;
    const due = await findKept(this.dueBase);
    for (const [, key] of due?.all ?? []) await this.server.erase(key as Key);
    this.dueErased = true;
    if (!due) return;
    await due.kept.wipe();
    this.emit('notice', 'The server has erased its copy too.');
  }

  private async begin(): Promise<void> {
    const {id, token, ...opening} = await this.server.begin();
    let taken = false;
    await this.commit(() => {
      if (this.key) return [];  // of another tab, which was faster
      taken = true;
      return [['conversation', {id, token}], [turnName(0), opening]];
    });
    if (!taken || this.closing.signal.aborted)
      return this.server.erase({id, token});
    this.unread = false;
    this.emit('message', opening);
  }

  private async take(signal: AbortSignal): Promise<void> {
    if (!this.key) return;
    const known = this.turns.at(-1)?.n;
    const turns = await this.server.read(this.key, known ?? -1, signal);
    this.unread = false;
    if (turns.length > 0 && !signal.aborted)
      await this.record(turns, known !== undefined);
  }

  // What the server recorded takes the place of what waited for it.
  private async record(turns: Turn[], tell: boolean): Promise<void> {
    const {signal} = this.stop;
    const arrived: [Turn, Unsent][] = [];
    await this.commit(() => {
      for (const turn of turns) {
        const entry = this.unsent.find(({id}) => id === turn.client_turn_id);
        if (entry) arrived.push([turn, entry]);
      }
      return [
        ...turns.map((turn): Change => [turnName(turn.n), turn]),
        ...arrived.map(([, {name}]): Change => [name, undefined]),
      ];
    });
    if (signal.aborted) return;
    for (const [{n}, {id}] of arrived) this.emit('delivered', {id, n});
    if (tell)
      for (const turn of turns) this.emit('message', turn);
    for (const [{text}, entry] of arrived) {
      if (this.rewording === entry.name) this.endLate();
      else if (text !== entry.text) this.endLate(entry.text);
    }
  }

  // An earlier wording had arrived; the later one, here or already in the
  // field, is for the person to send.
  private endLate(wording = ''): void {
    this.rewording = null;
    this.emit('change', undefined);
    if (wording) {
      this.draft = [wording, this.draft].filter(Boolean).join('\n\n');
      this.emit('draft', this.draft);
      void this.saveDraft();
    }
    this.emit(
        'notice',
        'An earlier wording had arrived already. The new one is in the field.');
  }

  // Whether something was sent.
  private async sendNext(signal: AbortSignal): Promise<boolean> {
    const entry = this.unsent[0];
    if (!entry || !this.key || this.paused || entry.name === this.rewording)
      return false;
    const {id, text} = entry;
    const reply = await this.server.say(this.key, text, id, signal);
    if (signal.aborted) return false;
    const known = this.turns.at(-1)?.n ?? -1;
    // Which wording arrived, or what was said in between, only the record has.
    if (entry.reworded || reply.n !== known + 1) await this.take(signal);
    else await this.record([{...reply, text, client_turn_id: id}], true);
    if (this.line !== 'fine') this.setLine('fine');
    return true;
  }

  private async fail(failure: Failure): Promise<void> {
    if (failure.then === 'anew') return this.beginAnew(failure.message);
    const entry = this.unsent[0];
    if (failure.then === 'refused' && entry) {
      await this.commit(() => [[entry.name, undefined]]);
      this.draft = [entry.text, this.draft].filter(Boolean).join('\n\n');
      this.emit('draft', this.draft);
      this.emit('error', {message: failure.message});
      this.emit('notice', failure.message);
      this.again = true;
      return;
    }
    const pause = Math.max(
        failure.wait,
        Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.attempts++));
    this.unread = true;
    this.retry = setTimeout(() => void this.meet(), pause);
    this.emit('error', {message: failure.message});
    if (navigator.onLine === false) this.checkLine();
    else this.setLine('unreachable', failure.message);
  }

  // The conversation is no more. What was not sent goes back into the field,
  // and is kept like a draft.
  private async beginAnew(reason: string): Promise<void> {
    const words =
        [...this.unsent.map(({text}) => text), this.draft].filter(Boolean);
    const kept = this.kept;
    if (kept) this.tell('over');
    this.reset();
    await kept?.wipe().catch(() => {});
    this.draft = words.join('\n\n');
    if (this.draft) {
      this.kept = kept;
      await this.saveDraft();
      this.emit('draft', this.draft);
    }
    this.emit(
        'notice',
        `${reason} This is a new one.` +
            (words.length ? ' What was not sent is in the field.' : ''));
    this.again = true;
  }
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
      .join('');
}
