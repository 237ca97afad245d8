// Shares one stream between several pages. A page is anything with postMessage; it joins with its cursor, hears states
// and events, and leaves. The relay runs in the shared worker, or in the page itself where there is none.

import { RecentEvents } from "./recent-events.js";
import { Supervisor } from "./supervisor.js";

export class Relay {
  #supervisor;
  #recent = new RecentEvents();
  #pages = new Set();
  /** The pages that somebody looks at. */
  #visible = new Set();
  #hello = null;
  /** Names the time since the last reset. A cursor from before it may belong to a log that is gone. */
  #lineage = newLineage();
  /** The server's clock is so many milliseconds ahead of ours. */
  #ahead = 0;
  #closeDelay;
  #closing = 0;

  /** The stream closes after `closeDelay` milliseconds without pages, so that going from page to page keeps it. */
  constructor(user, closeDelay) {
    this.#closeDelay = closeDelay;
    const tell = { state: (state) => this.#tellAll({ state }), event: (event) => this.#received(event) };
    this.#supervisor = new Supervisor(user, tell, () => this.#visible.size > 0);
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
    this.#visible.delete(page);
    if (this.#pages.size > 0) return;
    clearTimeout(this.#closing);
    if (this.#closeDelay === 0) this.#supervisor.close();
    else this.#closing = setTimeout(() => this.#supervisor.close(), this.#closeDelay);
  }

  look() {
    this.#supervisor.look();
  }

  /** Says whether somebody looks at the page. */
  see(page, seen) {
    if (this.#pages.has(page)) this.#mark(page, seen);
    if (seen) this.#supervisor.look();
  }

  offline() {
    this.#supervisor.offline();
  }

  #mark(page, seen) {
    if (seen) this.#visible.add(page);
    else this.#visible.delete(page);
  }

  /** The server has what the joining page needs and we do not. Other pages ignore what they already know. */
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

/** Differs between workers, too. */
function newLineage() {
  return `${Date.now()}-${Math.random()}`;
}
