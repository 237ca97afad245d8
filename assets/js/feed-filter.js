// A page that shows a part of the feed asks the server of each post that arrives whether it belongs there: one after the other,
// so that they keep their order, and not all pages at once.

import { BY_ITSELF } from "./session.js";

/** All pages that are told of a post ask within this time. */
const SPREAD = 2000;
const MAX_PAUSE = 30_000;

export class FeedFilter {
  #fields;
  #last = Promise.resolve();
  #waiting = 0;

  /** By the fields behind the page's address, without its place in the list. */
  constructor(fields) {
    this.#fields = fields;
  }

  /** The post with the HTML of its row in this list, or null if it is not in it. */
  ask(post) {
    const isFirst = this.#waiting === 0;
    this.#waiting += 1;
    const asked = this.#last.then(async () => {
      if (isFirst) await pause(Math.random() * SPREAD);
      const html = await this.#row(post.post);
      this.#waiting -= 1;
      return html === null ? null : { ...post, html };
    });
    this.#last = asked;
    return asked;
  }

  /** Asks until there is an answer. */
  async #row(post) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, MAX_PAUSE)) {
      const answer = await fetch(`/posts/${post}/row?${this.#fields}`, { cache: "no-store", credentials: "same-origin", headers: BY_ITSELF, redirect: "error" }).catch(() => null);
      if (answer?.status === 200) return answer.text();
      if (answer && answer.status < 500 && answer.status !== 429) return null;
      if (document.documentElement.dataset.stream === "signed-out") return null;
      await pause(wait);
    }
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
