// Lets the pages be opened without a network, while a conversation is kept on
// this device and no longer.
import type {Talk} from './talk';

export const PAGE_CACHE = 'nearer page';
export const PAGE_PATHS = [
  '/', '/page.css', '/widget.js', '/chat.js', '/icon.svg', '/history',
  '/history.css', '/history.js',
];
const WORKER = '/offline.js';

// Trusted Types want to be told that this URL is meant to be a script's.
interface TrustedTypes {
  createPolicy(name: string, rules: {createScriptURL: () => string}):
      {createScriptURL(url: string): string};
}

function workerUrl(): string {
  const {trustedTypes} = window as {trustedTypes?: TrustedTypes};
  return trustedTypes?.createPolicy('nearer', {createScriptURL: () => WORKER})
             .createScriptURL(WORKER) ??
      WORKER;
}

let url: string|undefined;

async function keep(wanted: boolean): Promise<void> {
  const workers = navigator.serviceWorker;
  const registered = await workers.getRegistration('/');
  if (wanted && !registered) {
    await workers.register(url ??= workerUrl(), {scope: '/'});
  } else if (!wanted && registered) {
    await registered.unregister();
    await caches.delete(PAGE_CACHE);
  }
}

export function keepPageWith(talk: Talk): void {
  if (!navigator.serviceWorker) return;  // not a secure page, or switched off
  let kept: boolean|undefined;
  let before: Promise<void> = Promise.resolve();
  talk.on('change', () => {
    const wanted = talk.keptOnDevice;
    if (wanted === kept) return;
    kept = wanted;
    before = before.then(() => keep(wanted)).catch(() => {
      // Then it takes a network to open the page, as with any other.
    });
  });
}
