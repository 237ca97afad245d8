// One stream for several pages. A page is anything with postMessage; it joins with the cursor it stands at, hears
// states and events, and leaves. Runs in the shared worker, or in the page itself where there is none.

import { Recent } from "./recent.js";
import { Supervisor } from "./supervisor.js";

export class Relay {
  #supervisor;
  #recent = new Recent();
  #pages = new Set();
  #hello = null;
  /** How much the server's clock is ahead of ours. */
  #ahead = 0;
  #grace;
  #closing = 0;

  /** `grace`: milliseconds without pages before the stream closes, so that going from page to page keeps it. */
  constructor(user, grace) {
    this.#grace = grace;
    this.#supervisor = new Supervisor(user, {
      state: (state) => this.#tellAll({ state }),
      event: (event) => this.#received(event),
    });
  }

  join(page, cursor) {
    clearTimeout(this.#closing);
    this.#pages.add(page);
    if (cursor && !this.#recent.reaches(cursor)) this.#goBackTo(cursor);
    else if (this.#supervisor.state.name === "closed") this.#supervisor.open();
    else this.#supervisor.look();
    this.#welcome(page, cursor);
  }

  leave(page) {
    this.#pages.delete(page);
    if (this.#pages.size > 0) return;
    clearTimeout(this.#closing);
    if (this.#grace === 0) this.#supervisor.close();
    else this.#closing = setTimeout(() => this.#supervisor.close(), this.#grace);
  }

  look() {
    this.#supervisor.look();
  }

  offline() {
    this.#supervisor.offline();
  }

  /** What the joining page needs is no longer here (or never was): the server has it. Others ignore what they know. */
  #goBackTo(cursor) {
    this.#recent.restart(cursor);
    this.#supervisor.open(cursor);
  }

  #welcome(page, cursor) {
    const { state } = this.#supervisor;
    if (state.name === "live") {
      const server_time = new Date(Date.now() + this.#ahead).toISOString();
      const data = { ...this.#hello, head: this.#supervisor.cursor, server_time };
      page.postMessage({ event: { name: "hello", id: this.#supervisor.cursor, data } });
    }
    page.postMessage({ state });
    if (cursor) for (const event of this.#recent.after(cursor)) page.postMessage({ event });
  }

  #received(event) {
    if (event.name === "hello") this.#greeted(event);
    if (event.name === "post") this.#recent.add(event);
    if (event.name === "reset") this.#recent.restart(event.id);
    this.#tellAll({ event });
  }

  #greeted({ id, data }) {
    this.#hello = data;
    this.#ahead = Date.parse(data.server_time) - Date.now() || 0;
    if (!data.resumed || !this.#recent.started) this.#recent.restart(id);
  }

  #tellAll(news) {
    for (const page of this.#pages) page.postMessage(news);
  }
}
