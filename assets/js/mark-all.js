// <mark-all>: "Mark 3 as read", up to what the page shows, and the way to undo it, which stays for a while.

import { send } from "./reading.js";

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
    const isOfAll = !form.querySelector("[name=kind], [name=severity]");
    if (isOfAll) form.querySelector("button").textContent = `Mark ${Math.max(count, 0)} as read`;
    if (!isOfAll && unread > 0) return;
    form.hidden = count <= 0;
  }

  async #submitted(event) {
    event.preventDefault();
    const form = event.target;
    if (form !== this.#form) return this.#takeBack(form);
    const through = document.querySelector("post-feed")?.shownThrough;
    const fields = { ...Object.fromEntries(new FormData(form)), ...(through ? { through } : {}) };
    const count = form.querySelector("button").textContent.match(/\d+/)?.[0];
    const answer = await send("/readings", fields);
    const undo = answer?.headers.get("Location");
    if (undo) this.#offer(undo, `${count === "1" ? "1 post was" : `${count} posts were`} marked as read.`);
    else this.#say("The posts could not be marked. Please reload the page, and try again.");
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
    button.textContent = "Undo";
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
      this.#say("The posts are unread again.");
      if (held) document.getElementById("content")?.focus({ preventScroll: true });
    } else this.#say("That could not be undone. Please try again.");
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
