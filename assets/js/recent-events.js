// The last events of posts, for pages that join the stream later. Their number is bounded; `reaches` says whether all
// events after a cursor are still here.

import { covers, idOf } from "./cursor.js";
import { isGone } from "./gone.js";

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

  /** Of a post that is gone, only that is left. */
  add(event) {
    if (isGone(event.data)) this.#forget(event.data.post);
    this.#events.push(event);
    this.#size += event.size;
    while (this.#events.length > MAX_EVENTS || this.#size > MAX_CHARACTERS) {
      const dropped = this.#events.shift();
      this.#size -= dropped.size;
      this.#from = dropped.id;
    }
  }

  #forget(post) {
    this.#events = this.#events.filter((event) => event.data.post !== post);
    this.#size = this.#events.reduce((size, event) => size + event.size, 0);
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
