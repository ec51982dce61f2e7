// Elements are made by name and filled with text nodes, never from markup.

type Attributes = Record<string, string|boolean|((event: Event) => void)>;

// `onclick: f` listens, `hidden: true` sets an empty attribute, and what is
// false is left out.
export function el<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag, attributes: Attributes = {},
    ...children: (Node|string)[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function')
      element.addEventListener(name.slice(2), value);
    else if (value !== false)
      element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

export const button =
    (label: string, onclick: () => void, attributes: Attributes = {}) => el(
        'button', {type: 'button', ...attributes, onclick}, label);

export const ICONS = {
  send: 'M4 12h15M12.5 5.5l6.5 6.5-6.5 6.5',
  about: 'M12 11v6M12 7.2v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0',
  close: 'M6 6l12 12M18 6 6 18',
  leave: 'M14 4h5v16h-5M4 12h10M10 8l4 4-4 4',
};

const SVG = 'http://www.w3.org/2000/svg';

// An icon of 24 × 24 drawn in one line, of no meaning of its own.
export function icon(d: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', d);
  svg.append(path);
  return svg;
}

export const iconButton =
    (label: string, d: string, onclick: () => void, name: string) => {
      const made = button('', onclick, {'aria-label': label, title: label,
        class: `icon ${name}`});
      made.append(icon(d));
      return made;
    };
