// The service worker of the pages: gives them when neither network nor server can
// be reached, so that what was said, what waits and the help lines can be read all
// the same. It keeps files that are the same for everybody and nothing that
// anybody wrote. See chat/offline_page.ts.
import {PAGE_CACHE, PAGE_PATHS} from './chat/offline_page';

// What a service worker has and a page has not; TypeScript's library has one
// of the two only.
interface Worker {
  skipWaiting(): Promise<void>;
  addEventListener(
      name: 'install'|'fetch', listener: (event: WorkerEvent) => void): void;
}
interface WorkerEvent extends Event {
  readonly request: Request;
  waitUntil(done: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}
const worker = self as unknown as Worker;

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(PAGE_CACHE)
                      .then((cache) => cache.addAll(PAGE_PATHS))
                      .then(() => worker.skipWaiting()));
});

worker.addEventListener('fetch', (event) => {
  const {pathname, origin} = new URL(event.request.url);
  if (event.request.method === 'GET' && origin === location.origin &&
      PAGE_PATHS.includes(pathname))
    event.respondWith(newest(event.request));
});

// From the server, or as it was when it last could be had.
async function newest(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (answer.ok && await caches.has(PAGE_CACHE))
      await (await caches.open(PAGE_CACHE)).put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match(
        request, {ignoreSearch: true, ignoreVary: true});
    if (kept) return kept;
    throw error;
  }
}
