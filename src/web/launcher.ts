// What a page loads: <script src="https://coach.example/widget.js" defer>. Puts
// the launcher into the page, defines <nearer-chat> and window.nearer, and
// fetches the chat itself when it is first wanted. The README lists the
// attributes, functions and events.
import type {Chat, Options, TalkEvents} from './chat/chat';
import sheet from './launcher.css';

interface Details {
  ready: void;
  open: void;
  close: void;
  message: TalkEvents['message'];
  sent: TalkEvents['sent'];
  delivered: TalkEvents['delivered'];
  error: TalkEvents['error'];
  offline: void;
  online: void;
}
type Name = keyof Details;
type Listener = (detail: never) => void;

const FROM_TALK =
    ['message', 'sent', 'delivered', 'error', 'offline', 'online'] as const;

const UNREACHABLE = 'Not reachable just now.';

(() => {
  const script = document.currentScript as HTMLScriptElement;
  const global = window as {nearer?: unknown};
  if (global.nearer) return;  // once a page
  const {label, title, exit, side, theme, launcher, open: opened} =
      script.dataset;
  const base = new URL('.', script.src).href;
  const options: Options = {
    base,
    title: title ?? 'nearer',
    exit: exit ?? 'https://www.wikipedia.org/',
  };

  const listeners = new Map<Name, Set<Listener>>();
  let ready = false;
  const emit = (name: Name, detail?: unknown) =>
      listeners.get(name)?.forEach((listener) => listener(detail as never));

  let loading: Promise<typeof import('./chat/chat')>|undefined;
  let tries = 0;
  const load = () => loading ??= (() => {
    // Under another name after it did not come: a browser asks once for each.
    const script = `${base}chat.js${tries ? `?${tries}` : ''}`;
    return import(script).catch((error) => {
      ++tries;
      loading = undefined;
      emit('error', {message: UNREACHABLE});
      throw error;
    });
  })();
  const listenTo = ({talk}: Chat) => FROM_TALK.forEach(
      (name) => talk.on(name, (detail: unknown) => emit(name, detail)));

  const styles = new CSSStyleSheet();
  styles.replaceSync(sheet);
  const shadow = (host: HTMLElement) => {
    const root = host.shadowRoot ?? host.attachShadow({mode: 'open'});
    root.adoptedStyleSheets = [styles];
    if (theme && !host.hasAttribute('theme'))
      host.setAttribute('theme', theme);
    // By attribute: to ask for the style would make the page lay itself out.
    host.dir = host.parentElement!.closest<HTMLElement>('[dir]')?.dir ?? '';
    return root;
  };

  // --- The launcher ----------------------------------------------------------

  let host: HTMLElement|undefined;
  let button: HTMLButtonElement;
  let chat: Promise<Chat>|undefined;

  const mount = () => {
    host = document.createElement('nearer-launcher');
    document.body.append(host);
    host.classList.toggle('start', side === 'start');
    const root = shadow(host);
    if (launcher !== 'none') {
      const region = document.createElement('aside');
      region.setAttribute('aria-label', options.title);
      button = document.createElement('button');
      button.className = 'launcher';
      button.setAttribute('part', 'launcher');
      button.setAttribute('aria-haspopup', 'dialog');
      button.setAttribute('aria-expanded', 'false');
      button.lang = 'en';
      const wording = label ?? 'Talk it through';
      const words = new Text(wording);
      button.append(document.createElement('i'), words);
      button.onclick = () => void open().then(
          () => words.data = wording,
          () => words.data = UNREACHABLE);
      // It is on its way before the click is over.
      button.onpointerenter = button.onfocus = () =>
          void load().catch(() => {});
      region.append(button);
      root.append(region);
    }
    return root;
  };

  const panel = () => {
    if (!host) mount();
    const own = host!;
    return chat ??= load().then((module) => {
      if (own !== host) throw new Error('nearer was destroyed');
      const made = module.panel(own.shadowRoot!, options, () => {
        show(false);
        button?.focus();
        emit('close');
      });
      listenTo(made);
      return made;
    }).catch((error) => {
      chat = undefined;
      throw error;
    });
  };
  const show = (shown: boolean) => {
    button?.setAttribute('aria-expanded', String(shown));
    host!.classList.toggle('open', shown);
  };

  const open = async () => {
    const {open} = await panel();
    show(true);
    open();
    emit('open');
  };

  const nearer = global.nearer = {
    open,
    close: async () => (await chat)?.close(),
    send: async (text: string) => (await panel()).talk.say(text),
    on: (name: Name, listener: Listener) => {
      if (!listeners.has(name)) listeners.set(name, new Set());
      listeners.get(name)!.add(listener);
      if (name === 'ready' && ready) listener(undefined as never);
    },
    off: (name: Name, listener: Listener) =>
        void listeners.get(name)?.delete(listener),
    destroy: () => {
      void chat?.then(({end}) => end(), () => {});
      host?.remove();
      chat = host = undefined;
      listeners.clear();
      delete global.nearer;
    },
  };

  const askedAgain = (root: ShadowRoot) => new Promise((asked) => {
    const again = document.createElement('button');
    again.append(UNREACHABLE, ' Try again');
    again.onclick = asked;
    root.replaceChildren(again);
  });

  // --- <nearer-chat> -----------------------------------------------------------

  // Defined once for good, while scripts may come and go: the latest decides.
  const begin = async (element: HTMLElement) => {
    const root = shadow(element);
    let loaded;
    while (!loaded) {
      loaded = await load().catch(() => {});
      if (!loaded) await askedAgain(root);
    }
    const {inline} = loaded;
    return () => {
      root.replaceChildren();
      const made = inline(
          root, {...options, title: element.dataset.title ?? options.title});
      listenTo(made);
      return made;
    };
  };
  const defined =
      customElements.get('nearer-chat') as {begin: typeof begin} | undefined;
  if (defined) {
    defined.begin = begin;
  } else {
    class NearerChat extends HTMLElement {
      static begin = begin;
      private chat: Chat|undefined;

      async connectedCallback() {
        const make = await NearerChat.begin(this);
        if (this.isConnected) this.chat ??= make();
      }

      async disconnectedCallback() {
        await null;  // it may only be moved
        if (this.isConnected) return;
        this.chat?.end();
        this.chat = undefined;
      }
    }
    customElements.define('nearer-chat', NearerChat);
  }

  const start = () => {
    if (global.nearer !== nearer) return;  // destroyed already
    if (launcher !== 'none' && !host) mount();
    ready = true;
    emit('ready');
    if (opened !== undefined) void open().catch(() => {});
  };
  // The page's own first picture comes before ours.
  const soon = () => (window.requestIdleCallback ?? setTimeout)(start);
  if (document.body) soon();
  else addEventListener('DOMContentLoaded', soon);
})();
