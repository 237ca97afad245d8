// <stream-details>: says since when the page is live, and when the last post came.

import { clock } from "./times.js";

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
    const texts = {
      live: `Live since ${since}. New posts appear by themselves.`,
      polling: `Something between you and the server holds back what comes live. This page asks for new posts every 15 seconds.`,
      reconnecting: `Not connected since ${since}. Nothing is lost: what you miss comes when the connection is back.`,
      "signed-out": `Signed out since ${since}.`,
    };
    const text = texts[this.#state.name] ?? "Connecting to the server.";
    const last = this.#last ? ` The last one came at ${clock(this.#last)}.` : "";
    this.querySelector(".stream-details-text").textContent = this.#state.name === "live" ? text + last : text;
  }
}
