// What a person sees and does: the log, the message field, the help card and
// the sheets. Everything shown is a text node.
import {Announcer} from './announcer';
import {Bar} from './bar';
import {button, el, icon, iconButton, ICONS} from './elements';
import {helpCard} from './help';
import type {Place} from './kept';
import {type QuickExit, quickExit} from './quick_exit';
import type {Help, Turn} from './server';
import {openSheet} from './sheet';
import type {Talk, Unsent} from './talk';
import {whyText} from './why';

// What the coach hears as the wish to leave aside what was said last. In an
// exercise an answer is taken back by going back to its question.
const TAKE_BACK = 'I take that back.';
const STEP_BACK = 'One step back.';
const takesBack = ({text}: Turn) => text === TAKE_BACK || text === STEP_BACK;

export interface ViewOptions {
  title: string;
  exit: string;        // where the quick exit leads
  close?: () => void;  // for a view that can be closed
  history?: string;    // where one can look back
}

// As people know them.
const MESSENGERS: Record<string, string> = {
  telegram: 'Telegram',
  twilio: 'text messages',
  whatsapp: 'WhatsApp',
  slack: 'Slack',
};

export class View {
  readonly element: HTMLElement;

  private readonly log = el('div', {
    class: 'log',
    role: 'log',
    'aria-label': 'Conversation',
    'aria-live': 'off',
    tabindex: '-1',
  });
  private readonly typing = el(
      'div', {class: 'typing', hidden: true}, el('i'), el('i'), el('i'),
      el('span', {class: 'unseen'}, 'An answer is on its way'));
  private readonly choices = el('div', {
    class: 'choices',
    role: 'group',
    'aria-label': 'Suggested answers',
  });
  private readonly scroller: HTMLElement;
  private readonly help = el('div', {class: 'help-place'});
  private readonly field: HTMLTextAreaElement;
  private readonly body: HTMLElement;
  private readonly announcer = new Announcer();
  private readonly noticeBar = new Bar(this.announcer);
  private readonly stateBar = new Bar(this.announcer);
  private readonly exit: QuickExit;

  private readonly rows = new Map<string, HTMLElement>();
  private offered: Turn|undefined;
  private helped: Help|null = null;
  private rewording: Unsent|Turn|null = null;
  private drawing = false;
  // The newest words are in view; the very first time what comes before them.
  private following = false;
  private readonly watching = new ResizeObserver(() => this.follow());

  constructor(private readonly talk: Talk, private readonly options: ViewOptions) {
    this.field = el('textarea', {
      rows: '1',
      maxlength: '4000',
      enterkeyhint: 'send',
      autocomplete: 'off',
      dir: 'auto',
      'aria-label': 'Your message',
      placeholder: 'Write what is on your mind',
      oninput: () => this.typed(),
      onkeydown: (event) => this.fieldKey(event as KeyboardEvent),
    });
    this.scroller = el(
        'div', {class: 'scroller', onscroll: () => this.scrolled()},
        this.firstContact(), this.log, this.typing, this.choices);
    const send = el(
        'button', {type: 'submit', class: 'send', 'aria-label': 'Send'},
        icon(ICONS.send));
    this.body = el(
        'div', {class: 'body'}, this.header(), this.scroller,
        el('footer', {}, this.help, this.noticeBar.element,
           this.stateBar.element,
           el('form', {onsubmit: (event) => {
                event.preventDefault();
                this.send();
              }},
              this.field, send),
           el('p', {class: 'hint'},
              el('span', {class: 'more'}, el('kbd', {}, 'Enter'), ' sends, ',
                 el('kbd', {}, 'Shift'), '+', el('kbd', {}, 'Enter'),
                 ' begins a new line, '),
              el('kbd', {}, 'Shift'), ' three times leaves this page.')));
    this.element = el(
        'div', {
          class: 'chat',
          part: 'chat',
          lang: 'en',
          onkeydown: (event) => this.key(event as KeyboardEvent),
        },
        this.body, this.announcer.element);
    this.exit = quickExit(options.exit, () => this.element.isConnected &&
        this.element.getClientRects().length > 0);

    talk.on('change', () => this.draw());
    talk.on('message', (turn) => this.speak(turn));
    talk.on('notice', (words) => this.tell(words));
    talk.on('draft', (text) => {
      this.field.value = text;
      this.fit();
    });
    this.watching.observe(this.scroller);
    this.draw();
  }

  // Ends what outlives the elements.
  close(): void {
    this.exit.end();
    this.watching.disconnect();
  }

  // Where the next words are typed; on a touch screen without raising the
  // keyboard over what was just said.
  focus(): void {
    const touch = matchMedia('(pointer: coarse)').matches;
    (touch ? this.log : this.field).focus({preventScroll: true});
    this.follow();
  }

  // --- The parts -----------------------------------------------------------

  private header(): HTMLElement {
    const {title, close} = this.options;
    const header = el(
        'header', {}, el('h2', {}, title),
        el('button', {
          type: 'button',
          class: 'icon leave',
          title: 'Clears the screen and leaves this page at once',
          onclick: () => this.exit.leave(),
        }, icon(ICONS.leave), el('span', {}, 'Leave quickly')),
        iconButton(
            'About and privacy', ICONS.about, () => this.about(), 'about'));
    if (close) header.append(iconButton('Close', ICONS.close, close, 'close'));
    return header;
  }

  private firstContact(): HTMLElement {
    return el(
        'section', {class: 'contact', 'aria-label': 'Before you begin'},
        el('p', {},
           'This is a program, not a person, and not therapy. It makes no ' +
               'diagnosis. Nobody reads along, and it cannot call for help. ' +
               'If you are in danger, call your local emergency number.'),
        this.placeChoice('first-place'));
  }

  private placeChoice(name: string): HTMLElement {
    const choice = (place: Place, label: string) => el(
        'label', {}, el('input', {
          type: 'radio',
          name,
          value: place,
          checked: this.talk.place === place,
          onchange: () => void this.talk.moveTo(place),
        }),
        label);
    return el(
        'fieldset', {class: 'place'},
        el('legend', {}, 'Once you have written, keep our talk'),
        choice('tab', 'in this tab only'), choice('device', 'on this device'));
  }

  private drawPlace(): void {
    for (const radio of this.element.querySelectorAll<HTMLInputElement>(
             '.place input'))
      radio.checked = radio.value === this.talk.place;
  }

  private about(): void {
    const {talk} = this;
    const pause = el('input', {
      type: 'checkbox',
      onchange: () => void talk.setPaused(pause.checked),
    });
    pause.checked = talk.paused;
    openSheet(
        this.element, this.body, 'About and privacy',
        el('p', {},
           'This coach is for people who keep others at a distance, and for ' +
               'their partners. You write a sentence; it answers with a ' +
               'reflection, another way to see it, or one question. You can ' +
               'stop, skip or change the subject at any time, in your own ' +
               'words.'),
        el('p', {},
           'It is a program that follows written rules: no person, no ' +
               'therapist, no doctor. Nobody reads along while you write, and ' +
               'it cannot call for help.'),
        ...(this.options.history ? [el('p', {}, el(
            'a', {href: this.options.history}, 'Look back on our talks'))] : []),
        el('h3', {}, 'What is kept'),
        el('p', {},
           'The conversation is on the server. In your browser are a copy of ' +
               'it, what is not sent yet, and the key that opens it: in this ' +
               'tab, gone when you close it, or on this device, to be found ' +
               'again by whoever uses this browser.'),
        this.placeChoice('place'),
        el('label', {class: 'check'}, pause,
           'Pause: keep what I write here and send nothing'),
        this.elsewhere(),
        el('h3', {}, 'Keys'),
        el('p', {}, el('kbd', {}, 'F6'),
           ' goes between the conversation and the message field, ',
           el('kbd', {}, 'Esc'), ' closes, ', el('kbd', {}, 'Shift'),
           ' three times clears the screen and leaves this page at once.'),
        button('Forget everything…', () => this.forget(), {class: 'danger'}));
  }

  // Where else the talk can go on; shown once the server has said so.
  private elsewhere(): HTMLElement {
    const {talk} = this;
    const part = el('div', {hidden: true});
    talk.messengers().then((names) => {
      if (names.length === 0) return;
      part.append(
          el('h3', {}, 'In a messenger'),
          el('p', {},
             'Our talk can go on in a messenger ' +
                 `(${names.map((name) => MESSENGERS[name] ?? name).join(', ')}` +
                 '), or come from there to here. It is in one place at a time.'),
          el('div', {class: 'row'},
             ...(talk.spoken ? [button(
                 'Continue in a messenger', () => void this.giveLink())] : []),
             button('Continue from a messenger', () => this.takeLink())));
      part.hidden = false;
    }, () => {});
    return part;
  }

  private async giveLink(): Promise<void> {
    try {
      const {code, telegram} = await this.talk.giveLink();
      openSheet(
          this.element, this.body, 'Continue in a messenger',
          el('p', {},
             'Send this code to the coach there. It lasts ten minutes and ' +
                 'works once. From then on our talk is there, and closed here.'),
          el('p', {class: 'code'}, code),
          ...(telegram ? [el('p', {}, el(
              'a', {href: telegram, target: '_blank', rel: 'noreferrer'},
              'Open Telegram with it'))] : []));
    } catch (error) {
      openSheet(
          this.element, this.body, 'Continue in a messenger',
          el('p', {role: 'alert'}, (error as Error).message));
    }
  }

  private takeLink(): void {
    const trouble = el('p', {role: 'alert', class: 'trouble'});
    const code = el('input', {
      type: 'text',
      class: 'code',
      maxlength: '20',
      autocomplete: 'off',
      autocapitalize: 'characters',
      spellcheck: 'false',
      required: true,
      'aria-label': 'The code',
      placeholder: 'ABCD-EFGH',
    });
    const sheet = openSheet(
        this.element, this.body, 'Continue from a messenger',
        el('p', {},
           'Send /link to the coach in the messenger (!link on Slack); it ' +
               'answers with a code.' +
               (this.talk.spoken ?
                    ' What was said here is erased when the other talk comes.' :
                    '')),
        el('form', {
             onsubmit: (event) => {
               event.preventDefault();
               this.talk.takeLink(code.value)
                   .then(() => {
                     sheet.close();
                     this.focus();
                   })
                   .catch((error: Error) => {
                     trouble.textContent = error.message;
                   });
             },
           },
           code, el('button', {type: 'submit'},
                    this.talk.spoken ? 'Erase this one and continue that' :
                                       'Continue')),
        trouble);
    code.focus();
  }

  private forget(): void {
    const sheet = openSheet(
        this.element, this.body, 'Forget everything?',
        el('p', {},
           'All that was said here is deleted, from this browser and from ' +
               'the server. It cannot be brought back.'),
        el('div', {class: 'row'},
           button('Yes, forget it', () => {
             sheet.close();
             void this.talk.forget();
             this.focus();
           }, {class: 'danger'}),
           button('Keep it', () => sheet.close())));
  }

  // --- Drawing -------------------------------------------------------------

  // At most once for all that changes together.
  private draw(): void {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      if (this.rewording && 'name' in this.rewording && !this.talk.rewording) {
        // It has arrived meanwhile: what is in the field is a draft again.
        this.rewording = null;
        this.talk.setDraft(this.field.value);
      }
      const first = this.rows.size === 0;
      this.drawLog();
      if (first && this.talk.spoken) this.following = true;
      this.drawChoices();
      this.drawHelp();
      this.drawBars();
      this.drawPlace();
      this.typing.hidden = !this.talk.expecting;
      this.follow();
    });
  }

  private drawLog(): void {
    const {turns, unsent} = this.talk;
    const wanted = new Map<string, () => HTMLElement>();
    const {conversations} = this.talk;
    for (const turn of turns) {
      if (turn.text !== undefined)
        wanted.set(personKey(turn), () => personRow(turn.text!));
      wanted.set(`${conversations} coach ${turn.n}`, () => this.coachRow(turn));
    }
    for (const {id, text} of unsent) wanted.set(id, () => personRow(text));

    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
    let next = this.log.firstElementChild;
    for (const [key, make] of wanted) {
      const row = this.rows.get(key) ?? make();
      this.rows.set(key, row);
      if (row === next) next = row.nextElementSibling;
      else this.log.insertBefore(row, next);
    }
    this.drawUnsent();
    this.drawLast();
  }

  // What waits says so, and can be reworded or taken back.
  private drawUnsent(): void {
    const {unsent, expecting} = this.talk;
    unsent.forEach((entry, i) => {
      const row = this.rows.get(entry.id)!;
      const sending = expecting && i === 0;
      row.querySelector('p')!.textContent = entry.text;
      row.classList.toggle('waiting', !expecting);
      if (sending) row.querySelector('.tools')?.remove();
      else if (!row.querySelector('.tools')) row.append(this.unsentTools(entry));
    });
  }

  private unsentTools(entry: Unsent): HTMLElement {
    const current = () =>
        this.talk.unsent.find(({name}) => name === entry.name);
    return el(
        'div', {class: 'tools'}, el('span', {}, 'Waits to be sent'),
        button('Edit', () => {
          const now = current();
          if (now) this.reword(now);
        }),
        button('Take back', () => {
          if (!current()) return;
          void this.talk.takeBack(entry.name);
          this.tell(
              this.talk.line === 'unreachable' ?
                  'Taken back. Had it arrived already, it shows again.' :
                  'Taken back. It was not sent.');
          this.focus();
        }));
  }

  // The last thing the coach was told can be reworded and taken back too: it
  // stays in the record, and the coach is told to leave it aside.
  private drawLast(): void {
    const {turns, unsent} = this.talk;
    const last = turns.at(-1);
    const row = last && this.rows.get(personKey(last));
    row?.querySelector('.tools')?.remove();
    row?.classList.remove('waiting');
    if (!last || last.text === undefined || !row || unsent.length > 0 ||
        takesBack(last)) {
      this.lastTools.remove();
    } else if (this.lastTools.parentElement !== row) {
      row.append(this.lastTools);
    }
    for (const [i, turn] of turns.entries()) {
      const before = takesBack(turn) && turns[i - 1];
      if (before && before.text !== undefined)
        this.rows.get(personKey(before))?.classList.add('aside');
    }
  }

  private takeBackLast(): void {
    const last = this.talk.turns.at(-1);
    void this.talk.say(last?.dialog ? STEP_BACK : TAKE_BACK);
  }

  private readonly lastTools = el(
      'div', {class: 'tools'}, button('Edit', () => {
        const last = this.talk.turns.at(-1);
        if (last?.text !== undefined) this.reword(last);
      }),
      button('Take back', () => {
        this.takeBackLast();
        this.focus();
      }));

  private coachRow(turn: Turn): HTMLElement {
    const why = button(
        'Why did you say this?', () => void this.explain(turn, why, row),
        {'aria-expanded': 'false', class: 'why'});
    const row = el(
        'div', {class: 'row coach'},
        el('div', {class: 'said'}, el('span', {class: 'unseen'}, 'Coach: '),
           ...turn.messages.map((text) => el('p', {dir: 'auto'}, text))),
        el('div', {class: 'tools'}, why));
    return row;
  }

  private async explain(turn: Turn, opener: HTMLElement, row: HTMLElement):
      Promise<void> {
    const open = row.querySelector('.because');
    opener.setAttribute('aria-expanded', String(!open));
    if (open) return open.remove();
    const place = el('div', {class: 'because'}, el('p', {}, 'One moment…'));
    row.append(place);
    let text;
    try {
      text = whyText(await this.talk.why(turn.n));
    } catch {
      text = el(
          'div', {class: 'because'},
          el('p', {}, 'The reasons are on the server, which cannot be ' +
                 'reached just now.'));
    }
    if (!place.isConnected) return;
    place.replaceWith(text);
    this.announcer.say(text.innerText);
    if (row === this.log.lastElementChild) this.follow();
  }

  private drawChoices(): void {
    const {turns, unsent} = this.talk;
    const last = unsent.length > 0 ? undefined : turns.at(-1);
    if (last === this.offered) return;
    this.offered = last;
    const hadFocus = this.choices.matches(':focus-within');
    this.choices.replaceChildren(...(last?.choices ?? []).map(
        (choice) => button(choice, () => {
          void this.talk.say(choice);
          this.following = true;
          this.focus();
        }, {dir: 'auto'})));
    if (hadFocus) this.focus();
  }

  private drawHelp(): void {
    const {help} = this.talk;
    if (JSON.stringify(help) === JSON.stringify(this.helped)) return;
    this.helped = help;
    this.help.replaceChildren(...(help ? [helpCard(help)] : []));
  }

  // What is in the way or held, and what was just done.
  private drawBars(): void {
    const {talk} = this;
    const kept = talk.keeps ? 'is kept and goes out, in order,' :
                              'goes out, in order,';
    if (this.rewording) {
      this.stateBar.show(
          'name' in this.rewording ?
              'You are changing a message that waits.' :
              'You are saying it anew. What you said before is left aside.',
          button('Leave it as it was', () => this.endRewording()));
    } else if (talk.line === 'offline') {
      this.stateBar.show(
          `${talk.trouble} What you write ${kept} when you are back. In ` +
          'danger, call your local emergency number.');
    } else if (talk.line === 'unreachable') {
      this.stateBar.show(
          `${talk.trouble} What you write ${kept} as soon as that works.`,
          button('Try again now', () => talk.tryNow()));
    } else if (talk.paused) {
      this.stateBar.show(
          'Paused. What you write is kept here and not sent.',
          button('Go on', () => void talk.setPaused(false)));
    } else {
      this.stateBar.show('');
    }
  }

  // --- What is told ----------------------------------------------------------

  private tell(words: string): void {
    this.noticeBar.show(
        words,
        iconButton('Dismiss', ICONS.close, () => this.tell(''), 'dismiss'));
    this.follow();
  }

  private speak(turn: Turn): void {
    const choices = turn.choices.length > 0 ?
        [`Suggested answers: ${turn.choices.join(', ')}.`] :
        [];
    const help = turn.help && !this.talk.turns.at(-2)?.help ?
        ['Where to find help is shown above the message field.'] :
        [];
    this.announcer.say(...turn.messages, ...choices, ...help);
  }

  // --- What the person does --------------------------------------------------

  private send(): void {
    const text = this.field.value;
    if (!text.trim()) return;
    const {rewording} = this;
    this.field.value = '';
    this.talk.setDraft('');
    this.tell('');
    this.following = true;
    this.rewording = null;
    if (rewording && 'name' in rewording) {
      void this.talk.reword(rewording.name, text);
    } else {
      if (rewording) this.takeBackLast();
      void this.talk.say(text);
    }
    this.fit();
    this.focus();
  }

  private reword(what: Unsent|Turn): void {
    this.rewording = what;
    if ('name' in what) this.talk.hold(what.name);
    this.field.value = what.text!;
    this.fit();
    this.field.focus();
    this.draw();
  }

  private endRewording(): void {
    this.rewording = null;
    this.field.value = '';
    this.talk.setDraft('');
    this.talk.hold(null);
    this.fit();
    this.draw();
    this.field.focus();
  }

  private typed(): void {
    this.fit();
    if (!this.rewording) this.talk.setDraft(this.field.value);
  }

  private fieldKey(event: KeyboardEvent): void {
    // 229: an input method takes the key (Safari ends composing before it).
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing ||
        event.keyCode === 229)
      return;
    event.preventDefault();
    this.send();
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'F6') {
      event.preventDefault();
      const inLog = this.scroller.matches(':focus-within');
      (inLog ? this.field : this.log).focus();
    } else if (event.key === 'Escape' && this.rewording) {
      event.preventDefault();
      event.stopPropagation();
      this.endRewording();
    }
  }

  // --- Room ------------------------------------------------------------------

  private fit(): void {
    const {style} = this.field;
    style.height = 'auto';
    style.height = `${this.field.scrollHeight + 2}px`;
  }

  private scrolled(): void {
    const {scrollTop, scrollHeight, clientHeight} = this.scroller;
    this.following = scrollHeight - scrollTop - clientHeight < 48;
  }

  private follow(): void {
    if (!this.following) return;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    // Where there is no room for all the parts at once they scroll together.
    const {body, log} = this;
    if (body.scrollHeight > body.clientHeight && log.lastElementChild)
      body.scrollTop += log.lastElementChild.getBoundingClientRect().top -
          body.getBoundingClientRect().top;
  }
}

const personKey = ({client_turn_id, n}: Turn) => client_turn_id ?? `me ${n}`;

const personRow = (text: string) => el(
    'div', {class: 'row me'},
    el('div', {class: 'said'}, el('span', {class: 'unseen'}, 'You: '),
       el('p', {dir: 'auto'}, text)));
