// Elements, made without any markup: text is text.

export type Child = Node|string|null|undefined|false;

type Attributes = Record<string, string|number|boolean|null|undefined>;

function fill<Made extends Element>(
    element: Made, attributes: Attributes, children: Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

export const html = <Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag, attributes: Attributes = {}, ...children: Child[]) =>
    fill(document.createElement(tag), attributes, children);

export const svg = <Tag extends keyof SVGElementTagNameMap>(
    tag: Tag, attributes: Attributes = {}, ...children: Child[]) =>
    fill(
        document.createElementNS('http://www.w3.org/2000/svg', tag),
        attributes, children);

// The element of the page with this id, which stands in history.html.
export const byId = (id: string): HTMLElement => document.getElementById(id)!;

// What the person wrote, in whichever direction it reads.
export const theirWords = (text: string): HTMLElement =>
    html('q', {dir: 'auto'}, text);
