// <wall-clock>: what time it is, by the server's clock and in the zone of the screen.

import { LOCALE } from "./texts.js";

const TIME = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });

export class WallClock extends HTMLElement {
  /** The server's clock is so many milliseconds ahead of ours. */
  #ahead = 0;

  connectedCallback() {
    document.addEventListener("stream:hello", ({ detail }) => {
      this.#ahead = detail.serverTime - Date.now() || 0;
      this.#show();
    });
    document.addEventListener("visibilitychange", () => this.#show());
    this.#show();
    setInterval(() => this.#show(), 1000);
  }

  #show() {
    const text = TIME.format(Date.now() + this.#ahead);
    if (this.textContent !== text) this.textContent = text;
  }
}
