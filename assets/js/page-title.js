// <page-title>: counts in the title of the tab the posts that arrive while it is hidden, "(2) Tidings", and names the
// critical alert that was not opened yet.

export class PageTitle extends HTMLElement {
  #unseen = 0;
  #title = document.title;
  #alert = null;

  connectedCallback() {
    document.addEventListener("stream:post", () => document.hidden && this.#count(this.#unseen + 1));
    document.addEventListener("visibilitychange", () => document.hidden || this.#count(0));
    document.addEventListener("alerts:changed", ({ detail }) => this.#warn(detail.title));
    addEventListener("pageshow", () => document.hidden || this.#count(0));
  }

  #count(unseen) {
    this.#unseen = unseen;
    this.#show();
  }

  #warn(title) {
    this.#alert = title;
    this.#show();
  }

  #show() {
    const title = this.#alert === null ? this.#title : `Critical alert: ${this.#alert} · ${this.#title}`;
    document.title = this.#unseen > 0 ? `(${this.#unseen}) ${title}` : title;
  }
}
