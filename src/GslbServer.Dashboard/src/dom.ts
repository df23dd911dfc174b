// Small helpers over the DOM. Text goes in as text alone: nothing here, or anywhere in the dashboard, reads a string as HTML.

type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;
export type Child = Node | string | number | null | undefined | false | Child[];

/** Text that turns the direction of what stands beside it shows as `?`, as on the command line: a reason must not make another line of the one it stands in. */
export const plain = (value: string): string => value.replace(/[\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g, '?');

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, attributes);
  append(element, children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  set(element, attributes);
  append(element, children);
  return element;
}

export function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else {
      const now = value === true ? '' : name === 'value' ? String(value) : plain(String(value));
      if (element.getAttribute(name) !== now) element.setAttribute(name, now);
    }
  }
}

function append(element: Element, children: Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : plain(String(child)));
  }
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** Sets text only where it differs, so that a selection or a screen reader's place is not lost each second. */
export function text(element: Element, value: string): void {
  const now = plain(value);
  if (element.textContent !== now) element.textContent = now;
}

const signatures = new WeakMap<Element, string>();

/** Replaces an element's children only where `signature` differs from the last time. */
export function fill(element: Element, signature: unknown, make: () => Child[]): void {
  const now = JSON.stringify(signature);
  if (signatures.get(element) === now) return;
  signatures.set(element, now);
  element.replaceChildren();
  append(element, make());
}

/**
 * One element for each row, kept over updates by its key, so that focus stays where it is. A row is made again only where its signature differs;
 * then focus goes to the control of the same name (`data-do`) in the new one, or else to another there. Where the row is gone, it goes to the heading of the card.
 */
export function rows<T>(container: Element, items: T[], key: (item: T) => string, signature: (item: T) => unknown, make: (item: T) => Element): void {
  const known = new Map<string, Element>();
  for (const child of container.children) known.set(child.getAttribute('data-key') ?? '', child);
  let before: Element | null = null;
  for (const item of items) {
    const id = key(item);
    const now = JSON.stringify(signature(item));
    let element = known.get(id);
    known.delete(id);
    if (!element || signatures.get(element) !== now) {
      const fresh = make(item);
      fresh.setAttribute('data-key', id);
      signatures.set(fresh, now);
      if (element) {
        const held = element.contains(document.activeElement) ? document.activeElement : null;
        const same = held === element ? fresh : fresh.querySelector(`[data-do="${held?.getAttribute('data-do')}"]`);
        element.replaceWith(fresh);
        if (held) focusOn(same ?? fresh.querySelector('[data-do]') ?? fresh);
      }
      element = fresh;
    }
    const next: Element | null = before ? before.nextElementSibling : container.firstElementChild;
    if (element !== next) container.insertBefore(element, next);
    before = element;
  }
  for (const gone of known.values()) {
    const held = gone.contains(document.activeElement);
    gone.remove();
    if (held) focusOn(container.closest('.card')?.querySelector('h2'));
  }
}

/** Closes a dialog; focus goes back to what opened it, or to an element where that is gone by now. */
export function close(dialog: HTMLDialogElement, otherwise: Element): void {
  dialog.close();
  if (document.activeElement === document.body) focusOn(otherwise);
}

function focusOn(element: Element | null | undefined): void {
  if (!element) return;
  if ((element as HTMLElement).tabIndex < 0) element.setAttribute('tabindex', '-1');
  (element as HTMLElement).focus();
}
