// <post-preview as action>: shows beside the form what is being typed into it, as its readers would get it, by the server's own
// row. What cannot be shown leaves the last that could.

import { headline, plain } from "./phrases.js";
import { BY_ITSELF } from "./session.js";
import { trustedHtml } from "./trusted-types.js";

/** Since the last key that was pressed. */
const PAUSE = 500;
/** An answer that does not come keeps the next from being asked for so long at most. */
const TIMEOUT = 10_000;

export class PostPreview extends HTMLElement {
  #form = null;
  #gone = null;
  #timer = 0;
  #said = "";
  #isAsking = false;
  /** Something was typed while it was being asked. */
  #isStale = false;

  connectedCallback() {
    this.#form = document.querySelector(".post-form");
    if (!this.#form || this.#gone) return;
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    for (const name of ["input", "change"]) this.#form.addEventListener(name, () => this.#soon(), { signal });
    this.addEventListener("change", ({ target }) => this.setAttribute("as", target.value), { signal });
    document.addEventListener("visibilitychange", () => this.#soon(), { signal });
    // Browsers and drafts fill the form in without a word.
    addEventListener("pageshow", () => this.#soon(), { signal });
    // A browser keeps what was chosen when a page is loaded again.
    this.setAttribute("as", this.querySelector("input:checked").value);
    this.#soon();
  }

  disconnectedCallback() {
    this.#gone?.abort();
    this.#gone = null;
    clearTimeout(this.#timer);
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    if (!this.#gone || document.hidden) return;
    if (this.#isAsking) return void (this.#isStale = true);
    const { title, body } = this.#form.elements;
    if (!title.value.trim() && !body.value.trim()) return this.#forget();
    const sent = new URLSearchParams(new FormData(this.#form));
    sent.set("then", "beside");
    if (sent.toString() === this.#said) return;
    this.#said = sent.toString();
    this.#isAsking = true;
    const html = await this.#answer(sent);
    this.#isAsking = false;
    const isStale = this.#isStale;
    this.#isStale = false;
    // Emptied or signed out meanwhile, nothing is to come back.
    if (html && this.#gone && this.#said === sent.toString()) this.#show(html);
    if (isStale) this.#ask();
  }

  async #answer(body) {
    try {
      const signal = AbortSignal.any([this.#gone.signal, AbortSignal.timeout(TIMEOUT)]);
      const answer = await fetch(this.getAttribute("action"), { method: "POST", body, headers: BY_ITSELF, signal });
      return answer.status === 200 && !answer.redirected ? await answer.text() : "";
    } catch {
      this.#said = "";
      return "";
    }
  }

  #show(html) {
    const template = document.createElement("template");
    template.innerHTML = trustedHtml(html);
    const posts = template.content.querySelector("ol.posts");
    if (!posts) return;
    // The page may have a preview of its own, which has these names.
    for (const named of posts.querySelectorAll("[id]")) named.removeAttribute("id");
    for (const naming of posts.querySelectorAll("[aria-labelledby]")) naming.removeAttribute("aria-labelledby");
    const { kind, severity, title } = posts.dataset;
    this.querySelector(".as-post").replaceChildren(posts);
    this.querySelector(".as-told span").textContent = plain(headline({ kind, severity, title }));
    this.hidden = false;
  }

  #forget() {
    this.#said = "";
    this.hidden = true;
    this.querySelector(".as-post").replaceChildren();
    this.querySelector(".as-told span").textContent = "";
  }
}
