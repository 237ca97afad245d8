// Posts on their way to another place in the list: what was snoozed leaves it, and comes back on top when its time is over; what
// was told again and is to be acted on moves on top. Nothing moves away from under its reader: it waits with the new posts.

import { FeedFilter } from "./feed-filter.js";
import { keepingScroll } from "./feed-reload.js";
import { parsePost } from "./post-list.js";

export class PostReturns {
  #feed;
  /** The list of today: it is made anew when the feed is. */
  #list;
  /** Posts whose snooze is over. */
  #returning = new Set();
  /** Posts that were told again, by number. */
  #rising = new Map();

  constructor(feed, list) {
    this.#feed = feed;
    this.#list = list;
    document.addEventListener("stream:receipts", ({ detail }) => this.#snoozed(detail.posts));
    feed.addEventListener("post:changed", ({ detail }) => detail.again && this.#toldAgain(detail));
  }

  get waiting() {
    return this.#returning.size + this.#rising.size;
  }

  get isCritical() {
    return [...this.#rising.values()].some((post) => post.severity === "critical");
  }

  /** Shows them; the rows that have moved. What comes back is fetched first. */
  show() {
    for (const post of this.#returning) this.#bringBack(post);
    const rows = [...this.#rising.values()].map((post) => this.#raise(post)).filter((row) => row !== null);
    this.forget();
    return rows;
  }

  drop(post) {
    this.#returning.delete(post);
    this.#rising.delete(post);
  }

  forget() {
    this.#returning.clear();
    this.#rising.clear();
  }

  get #hasUrgentFirst() {
    return this.#feed.hasAttribute("urgent-first");
  }

  /** The list of what is snoozed is the other way round. */
  #snoozed(posts) {
    const isOfSnoozed = new URLSearchParams(this.#feed.dataset.filter).has("snoozed");
    for (const [post, { snoozed_until, snoozed_since }] of Object.entries(posts)) {
      const leaves = isOfSnoozed ? !snoozed_until : snoozed_until && this.#feed.hasAttribute("without-snoozed");
      if (leaves) this.#feed.drop(post);
      else if (snoozed_since && this.#hasUrgentFirst) this.#returned(Number(post));
    }
  }

  #returned(post) {
    if (this.#list().has({ post }) || this.#feed.isEmptied) return;
    this.#returning.add(post);
    this.#feed.showOrTell();
  }

  async #bringBack(post) {
    const isThere = () => this.#list().has({ post }) || this.#feed.isEmptied;
    if (isThere()) return;
    const found = await new FeedFilter(this.#feed.dataset.filter ?? "").ask({ post });
    if (!found || isThere()) return;
    keepingScroll(this.#feed, () => this.#list().putOnTop(parsePost(found.html)));
    this.#feed.watch([rowOf(post)]);
  }

  #toldAgain(post) {
    if (!this.#isToRise(post)) return;
    this.#rising.set(post.post, post);
    this.#feed.showOrTell();
  }

  #isToRise(post) {
    const row = rowOf(post.post);
    return row !== null && !row.hasAttribute("data-on-top") && this.#list().isUrgent(row, post);
  }

  #raise(post) {
    if (!this.#isToRise(post)) return null;
    const row = rowOf(post.post);
    row.toggleAttribute("data-on-top", true);
    row.classList.add("arriving");
    this.#list().putOnTop(row);
    return row;
  }
}

function rowOf(post) {
  return document.getElementById(`post-${post}`);
}
