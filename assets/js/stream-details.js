// <stream-details>: says since when the page is live, and when the last post came.

import { clock } from "./times.js";
import { say } from "./texts.js";

const KEYS = {
  live: "script-details-live",
  polling: "script-details-polling",
  reconnecting: "script-details-reconnecting",
  "signed-out": "script-details-signed-out",
};

export class StreamDetails extends HTMLElement {
  #state = null;
  #last = null;

  connectedCallback() {
    document.addEventListener("stream:state", ({ detail }) => { this.#state = detail; this.#show(); });
    document.addEventListener("stream:post", ({ detail }) => { this.#last = new Date(detail.published_at); this.#show(); });
    document.addEventListener("visibilitychange", () => this.#show());
  }

  #show() {
    if (!this.#state) return;
    const since = clock(new Date(this.#state.since));
    const text = say(KEYS[this.#state.name] ?? "script-details-connecting", { since });
    const last = this.#last ? ` ${say("script-details-last", { time: clock(this.#last) })}` : "";
    this.querySelector(".stream-details-text").textContent = this.#state.name === "live" ? text + last : text;
  }
}
