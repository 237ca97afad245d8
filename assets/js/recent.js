// The posts that came by lately, for pages that join late. Bounded; it knows from which cursor on it is complete.

import { covers, idOf } from "./cursor.js";

const MOST_EVENTS = 200;
/** Characters of JSON, near enough to bytes. */
const MOST_CHARACTERS = 1024 * 1024;

export class Recent {
  /** Complete from here on; null before the first hello. */
  #from = null;
  #events = [];
  #size = 0;

  restart(from) {
    this.#from = from;
    this.#events = [];
    this.#size = 0;
  }

  get started() {
    return this.#from !== null;
  }

  add(event) {
    this.#events.push(event);
    this.#size += event.size;
    while (this.#events.length > MOST_EVENTS || this.#size > MOST_CHARACTERS) {
      const dropped = this.#events.shift();
      this.#size -= dropped.size;
      this.#from = dropped.id;
    }
  }

  /** Whether nothing after `cursor` is missing here. */
  reaches(cursor) {
    return this.started && covers(cursor, this.#from);
  }

  after(cursor) {
    return this.#events.filter((event) => idOf(event.id) > idOf(cursor));
  }
}
