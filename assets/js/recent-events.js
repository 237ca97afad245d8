// The last events of posts, for pages that join the stream later. Their number is bounded; `reaches` says whether all
// events after a cursor are still here.

import { covers, idOf } from "./cursor.js";

const MAX_EVENTS = 200;
/** Counts characters of JSON, which come close to bytes. */
const MAX_CHARACTERS = 1024 * 1024;

export class RecentEvents {
  /** No event after this cursor is missing; null before the first hello. */
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
    while (this.#events.length > MAX_EVENTS || this.#size > MAX_CHARACTERS) {
      const dropped = this.#events.shift();
      this.#size -= dropped.size;
      this.#from = dropped.id;
    }
  }

  /** Whether nothing after `cursor` is missing here. */
  reaches(cursor) {
    return this.started && covers(cursor, this.#from);
  }

  /** A post that had changed when it came says what was changed after it, too, which a page that has it may lack. */
  after(cursor) {
    return this.#events.filter((event) => idOf(event.id) > idOf(cursor) || (event.name === "post" && event.data.version > 1));
  }
}
