// The card of help lines. It is made of what the last reply said and needs no
// network.
import {el} from './elements';
import type {Help} from './server';

const KINDS: Record<string, string> = {
  emergency: 'In danger now',
  crisis: 'Someone to talk to',
  abuse: 'Unsafe with someone',
  violence: 'Afraid of hurting someone',
};

// Numbers of three digits and more, and names of sites.
const REACHABLE = /\+?\d(?:[\d \-()]*\d)?\d|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi;

// "call or text 988, or text HOME to 741741": each number and site is a link.
function linked(line: string): (Node|string)[] {
  const parts: (Node|string)[] = [];
  let from = 0;
  for (const {0: found, index} of line.matchAll(REACHABLE)) {
    const before = line.slice(from, index);
    parts.push(before, link(found, before));
    from = index + found.length;
  }
  parts.push(line.slice(from));
  return parts;
}

function link(found: string, before: string): HTMLElement {
  const digits = found.replace(/[^\d+]/g, '');
  if (/[a-z]/i.test(found))
    return el(
        'a', {href: `https://${found}`, target: '_blank', rel: 'noreferrer'},
        found);
  if (digits.length < 3) return el('span', {}, found);
  const written = /\b(text|sms|message)\b[^,;]*$/i.test(before) &&
      !/\bcall\b[^,;]*$/i.test(before);
  return el('a', {href: `${written ? 'sms' : 'tel'}:${digits}`}, found);
}

export function helpCard(help: Help): HTMLElement {
  const list = el('dl');
  const shown = new Map<string, HTMLElement>();
  for (const [kind, line] of Object.entries(help)) {
    const label = KINDS[kind] ?? 'Help';
    const same = shown.get(line);
    if (same) {
      same.append(`, ${label.toLowerCase()}`);
      continue;
    }
    const term = el('dt', {}, label);
    shown.set(line, term);
    list.append(el('div', {}, term, el('dd', {dir: 'auto'}, ...linked(line))));
  }
  return el(
      'aside', {class: 'help', 'aria-label': 'Where to find help now'},
      el('h3', {}, 'Help, now'), list);
}
