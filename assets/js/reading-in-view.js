// A post of the feed is read when it stood whole in view for two seconds, while the window had the focus. Of one that is
// taller than the window, its end must have stood there.

import { markRead } from "./reading.js";
import { BY_ITSELF } from "./session.js";

const NEEDED = 2000;
const LOOK_INTERVAL = 250;

export class ReadingInView {
  /** Rows of which anything is in view, each with the time since when it stands there as it must; 0 if it does not. */
  #rows = new Map();
  /** Rows that were put back: they count again once they were out of view. */
  #barred = new WeakSet();
  #observer = new IntersectionObserver((entries) => this.#moved(entries));

  constructor(feed) {
    feed.addEventListener("post:put-back", ({ target }) => this.#barred.add(target));
    setInterval(() => this.#look(), LOOK_INTERVAL);
  }

  /** Watches these rows from now on. */
  watch(rows) {
    for (const row of rows) this.#observer.observe(row);
  }

  #moved(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#rows.set(target, 0);
      else this.#barred.delete(target);
      if (!isIntersecting) this.#rows.delete(target);
    }
  }

  #look() {
    const now = performance.now();
    const isLooking = !document.hidden && document.hasFocus();
    const top = Math.max(document.querySelector(".masthead")?.getBoundingClientRect().bottom ?? 0, 0);
    for (const [row, since] of this.#rows) {
      if (!row.isConnected) {
        this.#rows.delete(row);
        continue;
      }
      const counts = isLooking && row.hasAttribute("data-unread") && !this.#barred.has(row) && isSeen(row, top);
      if (!counts) this.#rows.set(row, 0);
      else if (since === 0) this.#rows.set(row, now);
      else if (now - since >= NEEDED) this.#read(row);
    }
  }

  /** One that could not be noted is tried again after as long. */
  #read(row) {
    this.#rows.set(row, 0);
    markRead(row.dataset.post, true, BY_ITSELF);
  }
}

function isSeen(row, top) {
  const box = row.getBoundingClientRect();
  const isWhole = box.top >= top - 1;
  const isTaller = box.height > innerHeight - top;
  return box.bottom <= innerHeight + 1 && box.bottom > top && (isWhole || isTaller);
}
