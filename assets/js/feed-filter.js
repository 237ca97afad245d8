// A page that shows a part of the feed asks the server of each post that arrives whether it belongs there: one after the other,
// so that they keep their order, and not all pages at once.

import { askAgain, pause } from "./asking.js";

/** All pages that are told of a post ask within this time. */
const SPREAD = 2000;

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
      const html = await askAgain(`/posts/${post.post}/row?${this.#fields}`);
      this.#waiting -= 1;
      return html === null ? null : { ...post, html };
    });
    this.#last = asked;
    return asked;
  }
}
