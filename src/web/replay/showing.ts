// One conversation on the screen: its timeline, its player and its words.
import {Announcer} from '../chat/announcer';
import {helpCard} from '../chat/help';
import type {Failure} from '../chat/server';
import {byId} from '../history/elements';
import {type Lane, lanesOf, nextIn} from './lanes';
import {legendOf} from './legend';
import {Log} from './log';
import {moment, notesOf} from './names';
import {Player} from './player';
import {type Archive, type Door, Recording} from './recording';
import {Timeline} from './timeline';

const ADDRESS_MS = 400;

export interface Events {
  began(): void;    // there is something to be seen
  reached(): void;  // the server answers again
  failed(failure: Failure): void;
  went(id: string, n: number): void;  // to turn n, and stayed there
  // There is no turn that was asked for; the latest is shown.
  beyond(asked: number, last: number): void;
}

export const addressOf = (id: string, n: number): string =>
    `#${encodeURIComponent(id)}/${n}`;

export class Showing {
  private readonly recording: Recording;
  private readonly player: Player;
  private readonly log: Log;
  private readonly timeline: Timeline;
  private readonly announcer = new Announcer();
  private begun = false;
  private asked: number|null;  // a turn to begin with, until it is there
  private settled: ReturnType<typeof setTimeout>|undefined;

  constructor(
      archive: Archive, private readonly door: Door, first: number,
      private readonly events: Events) {
    this.asked = first;
    this.recording = new Recording(archive, door, {
      arrived: () => this.arrived(),
      reached: () => events.reached(),
      failed: (failure) => events.failed(failure),
    });
    const {recording} = this;
    this.player = new Player(
        {
          get length() {
            return recording.length;
          },
          turn: (n) => recording.turns[n],
        },
        () => this.render());
    this.log = new Log(
        byId('turns'), byId('log'), recording,
        this.own ? 'You' : 'The person', (n) => addressOf(door.id, n));
    this.timeline = new Timeline(
        (n) => this.go(n), (n) => this.read(n ?? this.player.position));
    byId('timeline').replaceChildren(this.timeline.element);
    byId('announcer').replaceChildren(this.announcer.element);
    void recording.fetch(first);
  }

  get id(): string {
    return this.door.id;
  }

  get own(): boolean {
    return this.door.among === 'conversations';
  }

  get position(): number {
    return this.player.position;
  }

  get empty(): boolean {
    return this.recording.length === 0;
  }

  // Fetches what is missing still.
  again(): void {
    void this.recording.fetch(this.player.position);
  }

  toggle(): void {
    if (this.player.playing) this.player.pause();
    else this.player.play();
  }

  set(speed: number): void {
    this.player.set(speed);
  }

  go(n: number): void {
    this.recording.want(n);
    this.player.go(n);
  }

  // To turn n, if there is one.
  goTo(n: number): void {
    const {last} = this.recording;
    if (last < 0) {
      this.asked = n;
      return;
    }
    if (n > last) this.events.beyond(n, last);
    this.go(n);
  }

  step(by: number): void {
    this.go(this.player.position + by);
  }

  toEnd(): void {
    this.go(this.recording.last);
  }

  zoom(by: 1|-1|0): void {
    this.timeline.zoom(by);
  }

  // Nothing that was said stays on the page.
  end(): void {
    this.player.pause();
    this.recording.end();
    this.log.end();
    clearTimeout(this.settled);
    for (const id of
         ['timeline', 'legend', 'readout', 'announcer', 'help-card'])
      byId(id).replaceChildren();
    byId('help').hidden = true;
  }

  private arrived(): void {
    const {turns, length, last} = this.recording;
    byId('note').textContent = length > 1 ? '' :
        length === 1 ? 'Only how it began is on record; nothing was said yet.' :
                       'There are no turns in this conversation.';
    byId('player').hidden = length === 0;
    if (!this.begun) this.events.began();
    this.begun = true;
    if (length === 0) return;
    const lanes = lanesOf(turns, length);
    this.timeline.set(lanes, turns);
    byId('legend').replaceChildren(
        ...legendOf(lanes, (lane, row) => this.next(lane, row)));
    const number = byId('number') as HTMLInputElement;
    number.max = String(last);
    byId('of').textContent = `of ${last.toLocaleString('en')}`;
    this.showHelp();
    if (this.asked !== null) {
      const asked = this.asked;
      this.asked = null;
      this.goTo(asked);
    } else {
      this.render();
    }
    this.player.resume();
  }

  private next(lane: Lane, row: number): void {
    const n = nextIn(lane, row, this.player.position);
    if (n !== null) this.go(n);
  }

  // The person's own help lines stay in view.
  private showHelp(): void {
    const help = this.own && this.recording.turns[this.recording.last]?.help;
    byId('help').hidden = !help;
    byId('help-card').replaceChildren(...(help ? [helpCard(help)] : []));
  }

  private render(): void {
    const {position, answered, playing, speed} = this.player;
    this.log.show(position, answered);
    this.timeline.go(position, this.wordsOf(position));
    this.read(position);
    const play = byId('play');
    play.classList.toggle('playing', playing);
    byId('play-label').textContent = playing ? 'Pause' : 'Play';
    const number = byId('number') as HTMLInputElement;
    if (document.activeElement !== number) number.value = String(position);
    if (!playing || speed === 1)
      this.announcer.say(...this.log.spoken(answered));
    clearTimeout(this.settled);
    this.settled = setTimeout(
        () => this.events.went(this.id, position),
        ADDRESS_MS);
  }

  private read(n: number): void {
    byId('readout').textContent = this.wordsOf(n);
  }

  private wordsOf(n: number): string {
    const {turns, last} = this.recording;
    const turn = turns[n];
    const where = `Turn ${n.toLocaleString('en')} of ${
        last.toLocaleString('en')}`;
    if (!turn) return `${where}, being fetched`;
    return [where, moment(turn.at), ...notesOf(turn).map(({words}) => words)]
        .join(' · ');
  }
}
