// <copy-link address>: copies the address of a post, whole, so that it can be sent to others.

import { say } from "./texts.js";

/** So long does the button say that it is done. */
const DONE_TIME = 3000;

export class CopyLink extends HTMLElement {
  #button = document.createElement("button");
  #timer = 0;

  connectedCallback() {
    this.#button.type = "button";
    this.#button.className = "text-button";
    this.#button.textContent = say("script-copy-link");
    this.#button.addEventListener("click", () => this.#copy());
    this.replaceChildren(this.#button);
  }

  async #copy() {
    const address = new URL(this.getAttribute("address"), location.href).href;
    this.#say(say(await copied(address) ? "script-link-copied" : "script-link-not-copied"));
  }

  #say(text) {
    clearTimeout(this.#timer);
    this.#button.textContent = text;
    this.dispatchEvent(new CustomEvent("page:say", { bubbles: true, detail: { text } }));
    this.#timer = setTimeout(() => { this.#button.textContent = say("script-copy-link"); }, DONE_TIME);
  }
}

/** Pages that come by plain http have no clipboard of their own. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text);
  }
}

function copiedByHand(text) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "visually-hidden";
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus({ preventScroll: true });
  return done;
}
