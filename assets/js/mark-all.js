// <mark-all>: "Mark 3 as read", up to what the page shows, and the way to undo it, which stays for a while.

import { send } from "./reading.js";
import { say } from "./texts.js";

/** The way back stays at least so long, and as long as it has the focus or the pointer. */
const UNDO_TIME = 20_000;

export class MarkAll extends HTMLElement {
  #undo = null;
  #timer = 0;

  connectedCallback() {
    this.addEventListener("submit", (event) => this.#submitted(event));
    document.addEventListener("stream:receipts", ({ detail }) => this.#count(detail.unread));
    document.addEventListener("stream:state", ({ detail }) => detail.name === "signed-out" && this.replaceChildren());
  }

  get #form() {
    return this.querySelector("form[action='/readings']");
  }

  /** What waits to be shown is not marked. Of one kind of posts alone, only the server knows how many are unread. */
  #count(unread) {
    const form = this.#form;
    if (!form) return;
    const count = unread - (document.querySelector("post-feed")?.held ?? 0);
    const isOfAll = !form.querySelector("[name=q], [name=kind], [name=severity], [name=from], [name=since], [name=until]");
    if (isOfAll) {
      form.dataset.count = Math.max(count, 0);
      form.querySelector("button").textContent = say("script-mark-as-read", { count: Math.max(count, 0) });
    }
    if (!isOfAll && unread > 0) return;
    form.hidden = count <= 0;
  }

  async #submitted(event) {
    event.preventDefault();
    const form = event.target;
    if (form !== this.#form) return this.#takeBack(form);
    const through = document.querySelector("post-feed")?.shownThrough;
    const fields = { ...Object.fromEntries(new FormData(form)), ...(through ? { through } : {}) };
    const count = Number(form.dataset.count);
    const answer = await send("/readings", fields);
    const undo = answer?.headers.get("Location");
    if (undo) this.#offer(undo, say("script-marked", { count }));
    else this.#say(say("script-not-marked"));
  }

  #offer(address, text) {
    this.#clear();
    const form = document.createElement("form");
    form.className = "undo flash";
    form.method = "post";
    form.action = `${address}/removal`;
    const words = document.createElement("span");
    words.textContent = text;
    const button = document.createElement("button");
    button.className = "button small quiet";
    button.textContent = say("script-undo");
    form.append(words, " ", button);
    this.append(form);
    this.#undo = form;
    // The button that had the focus is gone with what it was for.
    button.focus({ preventScroll: true });
    this.#say(text);
    this.#clearLater();
  }

  async #takeBack(form) {
    if (await send(form.getAttribute("action"))) {
      const held = form.contains(document.activeElement);
      form.remove();
      this.#say(say("script-unread-again"));
      if (held) document.getElementById("content")?.focus({ preventScroll: true });
    } else this.#say(say("script-not-undone"));
  }

  #clearLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#undo?.matches(":hover, :focus-within") ? this.#clearLater() : this.#clear(), UNDO_TIME);
  }

  #clear() {
    clearTimeout(this.#timer);
    this.querySelector(".undo")?.remove();
    this.#undo = null;
  }

  #say(text) {
    this.dispatchEvent(new CustomEvent("page:say", { bubbles: true, detail: { text, urgent: false } }));
  }
}
