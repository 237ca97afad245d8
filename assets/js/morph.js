// Makes one element what another is, touching only what differs, so that the focus, a selection, and what has not changed
// stay as they are.

import { showTime } from "./times.js";

export function morph(element, wanted) {
  if (element.localName === "time") return morphTime(element, wanted);
  for (const { name } of [...element.attributes]) if (!wanted.hasAttribute(name)) element.removeAttribute(name);
  for (const { name, value } of wanted.attributes) if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  morphChildren(element, wanted);
}

/** The script has put a time into the reader's words. */
function morphTime(element, wanted) {
  if (element.dateTime === wanted.dateTime) return;
  element.dateTime = wanted.dateTime;
  showTime(element);
}

function morphChildren(element, wanted) {
  let child = element.firstChild;
  for (const other of [...wanted.childNodes]) {
    const next = child?.nextSibling ?? null;
    if (!child) element.append(other);
    else if (!isAlike(child, other)) child.replaceWith(other);
    else if (child instanceof Element) morph(child, other);
    else if (child.data !== other.data) child.data = other.data;
    child = next;
  }
  while (child) {
    const next = child.nextSibling;
    child.remove();
    child = next;
  }
}

/** Whether one can become the other: elements of one name and class, or texts. */
function isAlike(one, other) {
  return one.nodeName === other.nodeName && one.className?.toString() === other.className?.toString();
}
