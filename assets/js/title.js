// <unseen-title>: "(2) Tidings" while the tab is hidden and posts arrive.

export class UnseenTitle extends HTMLElement {
  #unseen = 0;
  #title = document.title;

  connectedCallback() {
    document.addEventListener("stream:post", () => document.hidden && this.#count(this.#unseen + 1));
    document.addEventListener("visibilitychange", () => document.hidden || this.#count(0));
    addEventListener("pageshow", () => document.hidden || this.#count(0));
  }

  #count(unseen) {
    this.#unseen = unseen;
    document.title = unseen > 0 ? `(${unseen}) ${this.#title}` : this.#title;
  }
}
