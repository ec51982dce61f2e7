import {el, ICONS, iconButton} from './elements';

export interface Sheet {
  close(): void;
}

let made = 0;
const open = new WeakMap<HTMLElement, Sheet>();

// Lays a dialog over `body`, which cannot be reached meanwhile. Esc and a
// button close it; the focus goes back to where it was. One at a time.
export function openSheet(
    room: HTMLElement, body: HTMLElement, title: string,
    ...content: Node[]): Sheet {
  open.get(room)?.close();
  const before = (room.getRootNode() as ShadowRoot).activeElement;
  const id = `sheet-${++made}`;
  const heading = el('h2', {id, tabindex: '-1'}, title);
  const close = () => {
    sheet.remove();
    open.delete(room);
    body.inert = false;
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  const sheet = el(
      'section', {
        class: 'sheet',
        role: 'dialog',
        'aria-modal': 'true',
        'aria-labelledby': id,
        onkeydown: (event) => {
          if ((event as KeyboardEvent).key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          close();
        },
      },
      el('div', {class: 'head'}, heading,
         iconButton('Close', ICONS.close, close, 'shut')),
      ...content);
  room.append(sheet);
  body.inert = true;
  heading.focus();
  open.set(room, {close});
  return {close};
}
