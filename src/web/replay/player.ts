// Plays a conversation back: which turn is shown, and when the next one comes.

const REPLY_MS = 800;  // from what was said to the answer
const AS_IT_WAS_S = 2;
const LONGEST_S = 8;

// For how many milliseconds a pause is shown that took so many seconds: the
// short ones as they were, longer ones ever shorter. A minute takes seven
// seconds, and none more than eight.
export function bearable(seconds: number): number {
  const pause = Math.max(seconds, 1);
  return 1000 *
      (pause <= AS_IT_WAS_S ?
           pause :
           Math.min(LONGEST_S, AS_IT_WAS_S + Math.log2(pause / AS_IT_WAS_S)));
}

// What is played. A turn that is not there yet is waited for.
export interface Reel {
  readonly length: number;
  turn(n: number): {at: number, text?: string}|undefined;
}

export class Player {
  position = 0;
  answered = true;  // whether the reply of that turn is shown, too
  playing = false;
  speed = 1;
  private timer: ReturnType<typeof setTimeout>|undefined;

  constructor(
      private readonly reel: Reel, private readonly changed: () => void) {}

  // From the end it begins again.
  play(): void {
    if (this.playing || this.reel.length === 0) return;
    this.playing = true;
    if (this.position >= this.reel.length - 1 && this.answered)
      this.show(0);
    this.changed();
    this.arrange();
  }

  // What was said gets its answer at once.
  pause(): void {
    if (!this.playing) return;
    clearTimeout(this.timer);
    this.playing = false;
    this.answered = true;
    this.changed();
  }

  // Shows turn n, or the one nearest to it; goes on playing from there.
  go(n: number): void {
    this.position = Math.max(0, Math.min(n, this.reel.length - 1));
    this.answered = true;
    this.changed();
    this.arrange();
  }

  set(speed: number): void {
    this.speed = speed;
    this.arrange();
  }

  // More has arrived.
  resume(): void {
    if (this.timer === undefined) this.arrange();
  }

  private arrange(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.playing) return;
    if (!this.answered) return this.wait(REPLY_MS);
    if (this.position >= this.reel.length - 1) return this.pause();
    const here = this.reel.turn(this.position);
    const next = this.reel.turn(this.position + 1);
    if (here && next) this.wait(bearable(next.at - here.at));
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => {
      if (this.answered) this.show(this.position + 1);
      else this.answered = true;
      this.changed();
      this.arrange();
    }, ms / this.speed);
  }

  private show(n: number): void {
    this.position = n;
    this.answered = this.reel.turn(n)?.text === undefined;
  }
}
