// The chat itself, loaded by the launcher when it is first wanted.
import sheet from './chat.css';
import {keepPageWith} from './offline_page';
import {Talk, type TalkEvents} from './talk';
import {View} from './view';

export interface Options {
  base: string;   // of the server, with a slash at its end
  title: string;
  exit: string;   // where the quick exit leads
}

export interface Chat {
  readonly talk: Talk;
  open(): void;
  close(): void;
  end(): void;  // takes it away; what is kept stays kept
}

export type {TalkEvents};

const styles = new CSSStyleSheet();
styles.replaceSync(sheet);

// Where there is no room for a window beside the page it covers the page.
const SMALL = '(max-width: 30em), (max-height: 28em)';

function begin(root: ShadowRoot, options: Options, close?: () => void) {
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, styles];
  const talk = new Talk(options.base);
  const own = new URL(options.base).origin === location.origin;
  const view = new View(talk, {
    ...options,
    ...(close && {close}),
    ...(own && {history: `${options.base}history`}),
  });
  // On the pages of the server itself; a site's own worker is its own matter.
  if (own) keepPageWith(talk);
  void talk.start();
  return {talk, view};
}

// Fills `root`; open from now on.
export function inline(root: ShadowRoot, options: Options): Chat {
  const {talk, view} = begin(root, options);
  root.append(view.element);
  if ((root.host as HTMLElement).autofocus) view.focus();
  return {
    talk,
    open: () => view.focus(),
    close: () => {},
    end: () => {
      view.close();
      talk.close();
      view.element.remove();
    },
  };
}

// A window over the page; `closed` is told when it was closed.
export function panel(
    root: ShadowRoot, options: Options, closed: () => void): Chat {
  let historied = false;
  const dialog = document.createElement('dialog');
  dialog.className = 'panel';
  dialog.setAttribute('part', 'panel');
  dialog.setAttribute('aria-label', options.title);
  const {talk, view} = begin(root, options, () => dialog.close());
  dialog.append(view.element);
  root.append(dialog);

  const ending = new AbortController();
  const until = {signal: ending.signal};
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    dialog.close();
  }, until);
  dialog.addEventListener('close', () => {
    if (historied) history.back();
    historied = false;
    closed();
  }, until);
  addEventListener('popstate', () => {
    if (!historied) return;
    historied = false;
    dialog.close();
  }, until);
  // Above a phone's keyboard, which covers what lies under it.
  const fitViewport = () => {
    const {height, offsetTop} = visualViewport!;
    dialog.style.setProperty('--view-height', `${height}px`);
    dialog.style.setProperty('--view-top', `${offsetTop}px`);
  };
  visualViewport?.addEventListener('resize', fitViewport, until);
  visualViewport?.addEventListener('scroll', fitViewport, until);

  return {
    talk,
    open: () => {
      if (dialog.open) return;
      if (matchMedia(SMALL).matches) {
        dialog.showModal();
        // So that going back closes it, as people expect on a phone.
        history.pushState({...history.state, nearer: true}, '');
        historied = true;
      } else {
        dialog.show();
      }
      view.focus();
    },
    close: () => dialog.close(),
    end: () => {
      const back = historied;
      ending.abort();
      dialog.remove();
      view.close();
      talk.close();
      if (back) history.back();
    },
  };
}
