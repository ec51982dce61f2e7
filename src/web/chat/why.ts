// "Why did you say this?", in plain words.
import {el} from './elements';
import type {Why} from './server';

// "self_reliance.never_ask" → "self reliance", "never ask".
const plain = (id: string) => id.replace(/_/g, ' ').split('.');

const quote = (text: string, begin: number, end: number) =>
    new TextDecoder().decode(new TextEncoder().encode(text).slice(begin, end));

function whatWasHeard(
    {text, heard, near_miss, scene, decided_by}: Why): string[] {
  const said: string[] = [];
  const [first, ...others] = heard;
  if (decided_by === 'opening')
    return ['This is how a conversation begins; nothing was said before it.'];
  if (decided_by === 'risk')
    said.push('Danger was heard, and that comes before everything else.');
  if (scene) {
    const words = scene.words.map((word) => `“${word}”`).join(', ');
    said.push(
        `It is like examples of this: ${plain(scene.heard).join(' ')}.` +
        (words ? ` What weighed most: ${words}.` : ''));
  } else if (first) {
    const [group, name] = plain(first.rule);
    said.push(
        `In “${quote(text, first.begin, first.end)}” the rule “${
            name ?? group}” heard: ${plain(first.theme).join(' ')}.`);
    const also = new Set(others.map(({theme}) => plain(theme).join(' ')));
    also.delete(plain(first.theme).join(' '));
    if (also.size > 0) said.push(`Also heard: ${[...also].join(', ')}.`);
  } else if (near_miss) {
    said.push(
        `No rule fits word for word. It is close to an example of ${
            plain(near_miss.heard).join(', ')}: “${near_miss.example}”.`);
  } else if (decided_by !== 'risk') {
    said.push('No rule heard a theme in it.');
  }
  if (!['risk', 'theme'].includes(decided_by))
    said.push(`What decided the answer: ${plain(decided_by).join(' ')}.`);
  return said;
}

export function whyText(why: Why): HTMLElement {
  const places = new Map<string, Set<string>>();
  for (const {article, heading} of why.prompts.flatMap((p) => p.sources)) {
    if (!article) continue;
    const headings = places.get(article) ?? new Set();
    places.set(article, headings);
    if (heading) headings.add(`“${heading}”`);
  }
  const from = places.size > 0 ?
      [
        el('p', {}, 'What I said comes from'),
        el('ul', {}, ...[...places].map(
               ([article, headings]) => el(
                   'li', {}, el('cite', {}, article),
                   headings.size > 0 ? `, under ${[...headings].join(' and ')}` :
                                       ''))),
      ] :
      [el('p', {},
          'What I said belongs to how I lead a conversation and comes from ' +
              'no article.')];
  return el(
      'div', {class: 'because'},
      ...whatWasHeard(why).map((line) => el('p', {dir: 'auto'}, line)), ...from,
      el('p', {class: 'small'},
         `Written rules chose this; nobody made it up for you. Rules: ${
             why.pack.slice(0, 8)}.`));
}
