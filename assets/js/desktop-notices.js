// <desktop-notices user>: turns notifications on and off in this browser. It shows the part of it that is so: on, off, denied or
// unsupported. The browser is asked only after a click on what says what will come, and never again after a “no”.

import { stateFor, turnOff, turnOn } from "./notifications.js";

export class DesktopNotices extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", ({ target }) => this.#clicked(target.closest("button")));
    // Permissions are changed in the browser's own settings.
    document.addEventListener("visibilitychange", () => this.#show());
    addEventListener("focus", () => this.#show());
    this.#show();
  }

  get #user() {
    return this.getAttribute("user");
  }

  async #clicked(button) {
    if (!button) return;
    const isKept = button.name === "on" ? await turnOn(this.#user) : (await turnOff(), true);
    this.#show();
    this.querySelector(".problem").hidden = isKept;
    this.querySelector("[data-state]:not([hidden])").focus();
  }

  #show() {
    const state = stateFor(this.#user);
    for (const part of this.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state;
  }
}
