// What the page calls things.

const THEMES: Record<string, string> = {
  anxious_pattern: 'worry about being left',
  deflecting_care: 'brushing off care',
  difficulty_trusting: 'finding it hard to trust',
  dismissed_in_childhood: 'how it was at home as a child',
  emotional_suppression: 'keeping feelings in',
  ending_abruptly: 'ending things suddenly',
  fear_of_burdening: 'not wanting to be a burden',
  fear_of_needing: 'what it is like to need someone',
  independence_pride: 'being independent',
  low_mood: 'low days',
  overwhelmed: 'too much at once',
  partner_distant: 'someone else keeping their distance',
  progress: 'something tried in a new way',
  pulling_away: 'pulling away',
  push_pull: 'wanting closeness and distance',
  secure: 'being at ease with someone',
  self_criticism: 'being hard on yourself',
  self_reliance: 'handling it alone',
  shutting_down: 'going quiet in a hard talk',
  surface_level: 'staying on the surface',
  wish_to_open_up: 'wanting to open up',
};

// A theme that came with newer rules is called by its id.
export const themeName = (id: string): string =>
    THEMES[id] ?? id.replaceAll('_', ' ');

export const ENTRY_PARTS = [
  ['trigger', 'What set it off'],
  ['urge', 'What you felt like doing'],
  ['did', 'What you did'],
  ['guarded', 'What it may have guarded'],
] as const;

const OUTCOMES: Record<string, string> = {
  done: 'Done',
  partly: 'Partly done',
  missed: 'Not this time',
  dropped: 'Let go',
};

// A step of which nothing was told is open while it is the latest.
export const outcomeName = (state: string, latest: boolean): string =>
    OUTCOMES[state] ?? (latest ? 'Still open' : 'Left for another one');

export const capital = (words: string): string =>
    words.charAt(0).toUpperCase() + words.slice(1);

// "a, b and c"
export const listed = (items: string[]): string =>
    items.length < 2 ? items.join('') :
                       `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

export const times = (count: number): string =>
    count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;

export const counted = (count: number, one: string, many = `${one}s`): string =>
    `${count.toLocaleString(locale)} ${count === 1 ? one : many}`;

// The page is in English; how dates are written is the reader's, if theirs is
// English too.
const locale = /^en\b/.test(navigator.language) ? navigator.language : 'en-GB';

const format = (options: Intl.DateTimeFormatOptions) => {
  const formatter = new Intl.DateTimeFormat(locale, options);
  return (date: Date): string => formatter.format(date);
};
export const longDay = format(
    {weekday: 'long', day: 'numeric', month: 'long', year: 'numeric'});
export const day = format({day: 'numeric', month: 'long', year: 'numeric'});
export const shortDay = format({day: 'numeric', month: 'short'});
export const shortMonth = format({month: 'short', year: 'numeric'});
export const clock = format({hour: '2-digit', minute: '2-digit'});

export const dateOf = (unixSeconds: number): Date =>
    new Date(unixSeconds * 1000);
