// <page-title>: what a tab says of itself while another is in front: how many posts are unread, "(2) Tidings", with another
// icon; and the critical alert that was not opened yet.

import { say } from "./texts.js";

export class PageTitle extends HTMLElement {
  #unread = "";
  #title = document.title;
  #alert = null;
  #icon = document.querySelector("link[rel=icon]");
  #calmIcon = this.#icon?.getAttribute("href") ?? "";

  connectedCallback() {
    document.addEventListener("unread:changed", ({ detail }) => { this.#unread = detail.text; this.#show(); });
    document.addEventListener("alerts:changed", ({ detail }) => { this.#alert = detail.title; this.#show(); });
    this.#unread = document.querySelector("unread-count b")?.textContent ?? "";
    this.#show();
  }

  /** Says something else of the page from now on. */
  rename(title) {
    this.#title = title;
    this.#show();
  }

  #show() {
    const title = this.#alert === null ? this.#title : `${say("script-critical", { title: this.#alert })} · ${this.#title}`;
    // Windows and task bars show the marks of direction (U+2068, U+2069) as boxes.
    document.title = (this.#unread ? `(${this.#unread}) ${title}` : title).replace(/[\u2068\u2069]/g, "");
    const icon = this.#alert !== null ? "icon-alert.svg" : this.#unread ? "icon-unread.svg" : "icon.svg";
    this.#icon?.setAttribute("href", this.#calmIcon.replace(/icon\.svg$/, icon));
  }
}
