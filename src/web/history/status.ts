// What a page says about itself, and what can be done about it.
import {byId, html} from './elements';

export function tell(words: string, retry?: () => void): void {
  const status = byId('status');
  status.replaceChildren(html('p', {}, words));
  status.hidden = words === '';
  if (!retry) return;
  const button = html('button', {type: 'button'}, 'Try again');
  button.addEventListener('click', retry);
  status.append(button);
}
