// One stream for several pages. A page is anything with postMessage; it joins with the cursor it stands at, hears
// states and events, and leaves. Runs in the shared worker, or in the page itself where there is none.

import { Recent } from "./recent.js";
import { Supervisor } from "./supervisor.js";

export class Relay {
  #supervisor;
  #recent = new Recent();
  #pages = new Set();
  /** The pages that somebody looks at. */
  #seen = new Set();
  #hello = null;
  /** Names the time since the last reset: what a page had before may be of a log that is no more. */
  #lineage = newLineage();
  /** How much the server's clock is ahead of ours. */
  #ahead = 0;
  #grace;
  #closing = 0;

  /** `grace`: milliseconds without pages before the stream closes, so that going from page to page keeps it. */
  constructor(user, grace) {
    this.#grace = grace;
    const tell = { state: (state) => this.#tellAll({ state }), event: (event) => this.#received(event) };
    this.#supervisor = new Supervisor(user, tell, () => this.#seen.size > 0);
  }

  /** A page that joins again says in which lineage it got its cursor. */
  join(page, { cursor, lineage, seen }) {
    clearTimeout(this.#closing);
    this.#pages.add(page);
    this.#mark(page, seen);
    const isOther = lineage && lineage !== this.#lineage;
    if (cursor && (isOther || !this.#recent.reaches(cursor))) this.#goBackTo(cursor);
    // Whoever joins was given a page just now: they may have signed in again since.
    else if (["closed", "signed-out"].includes(this.#supervisor.state.name)) this.#supervisor.open();
    else this.#supervisor.look();
    this.#welcome(page, cursor);
  }

  leave(page) {
    this.#pages.delete(page);
    this.#seen.delete(page);
    if (this.#pages.size > 0) return;
    clearTimeout(this.#closing);
    if (this.#grace === 0) this.#supervisor.close();
    else this.#closing = setTimeout(() => this.#supervisor.close(), this.#grace);
  }

  look() {
    this.#supervisor.look();
  }

  /** Somebody looks at the page, or looks away. */
  see(page, seen) {
    if (this.#pages.has(page)) this.#mark(page, seen);
    if (seen) this.#supervisor.look();
  }

  offline() {
    this.#supervisor.offline();
  }

  #mark(page, seen) {
    if (seen) this.#seen.add(page);
    else this.#seen.delete(page);
  }

  /** What the joining page needs is no longer here (or never was): the server has it. Others ignore what they know. */
  #goBackTo(cursor) {
    this.#recent.restart(cursor);
    this.#supervisor.open(cursor);
  }

  #welcome(page, cursor) {
    const { state } = this.#supervisor;
    const lineage = this.#lineage;
    if (state.name === "live" || state.name === "polling") {
      const server_time = new Date(Date.now() + this.#ahead).toISOString();
      const data = { ...this.#hello, head: this.#supervisor.cursor, server_time };
      page.postMessage({ event: { name: "hello", id: this.#supervisor.cursor, data }, lineage });
    }
    page.postMessage({ state, lineage });
    if (cursor) for (const event of this.#recent.after(cursor)) page.postMessage({ event, lineage });
  }

  #received(event) {
    if (event.name === "hello") this.#greeted(event);
    if (event.name === "post") this.#recent.add(event);
    if (event.name === "reset") this.#startOver(event.id);
    this.#tellAll({ event });
  }

  #greeted({ id, data }) {
    this.#hello = data;
    this.#ahead = Date.parse(data.server_time) - Date.now() || 0;
    if (!data.resumed || !this.#recent.started) this.#recent.restart(id);
  }

  #startOver(head) {
    this.#recent.restart(head);
    this.#lineage = newLineage();
  }

  #tellAll(news) {
    for (const page of this.#pages) page.postMessage({ ...news, lineage: this.#lineage });
  }
}

/** Another one in every worker, too. */
function newLineage() {
  return `${Date.now()}-${Math.random()}`;
}
