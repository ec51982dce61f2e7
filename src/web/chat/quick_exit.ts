// Shift three times, each within a second of the one before and with no other
// key or click in between, clears the screen and leaves for a neutral page.

const WITHIN_MS = 1000;

export interface QuickExit {
  leave(): void;
  end(): void;
}

export function quickExit(to: string, inUse: () => boolean): QuickExit {
  const ending = new AbortController();
  let presses = 0;
  let latest = 0;

  const leave = () => {
    // Gone from the screen at once, however long the next page takes, and not
    // to be found with the back button.
    document.documentElement.style.setProperty('display', 'none', 'important');
    document.title = '\u200b';
    location.replace(navigator.onLine === false ? 'about:blank' : to);
  };
  const other = () => {
    presses = 0;
  };

  addEventListener('pointerdown', other, {capture: true, signal: ending.signal});
  addEventListener('keydown', (event) => {
    if (event.key !== 'Shift') other();
    if (event.key !== 'Shift' || event.repeat) return;
    presses = event.timeStamp - latest < WITHIN_MS ? presses + 1 : 1;
    latest = event.timeStamp;
    if (presses === 3 && inUse()) leave();
  }, {capture: true, signal: ending.signal});

  return {leave, end: () => ending.abort()};
}
