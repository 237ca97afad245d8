// What the person has read, as the server said it last, and what has come since: for every page of this browser the same.

import { idOf, sameEpoch } from "./cursor.js";

/** Posts that are remembered one by one. */
const MAX_POSTS = 2000;
const UNREAD = { read: false, snoozed_until: null, snoozed_since: null };

export class ReadState {
  #user;
  #count = 0;
  #through = "";
  /** By post: whether it is read, since when it is acknowledged, until when it is snoozed, and since when it was. */
  #posts = new Map();
  #known = false;

  constructor(user) {
    this.#user = String(user);
  }

  /** All of it, for a page that joins; null as long as the server has said nothing. */
  get picture() {
    return this.#known ? this.#data(true, this.#posts) : null;
  }

  /** Takes what the server says; what the pages are told. */
  take({ all, unread, through, posts }) {
    if (all) this.#posts.clear();
    const told = new Map(Object.entries(posts));
    for (const [post, state] of told) this.#put(post, state);
    this.#count = unread;
    this.#through = through;
    this.#known = true;
    return this.#data(all, told);
  }

  /** Takes a post that arrives. The server has counted it already, unless it came later; what the pages are told. */
  add({ id, data }) {
    if (!this.#known || String(data.author) === this.#user) return null;
    const post = String(data.post);
    const before = this.#posts.get(post);
    if (before?.read && !data.again) return null;
    const wasUnread = before && !before.read;
    const state = { ...UNREAD, acknowledged: before?.acknowledged };
    this.#put(post, state);
    if (sameEpoch(id, this.#through) && idOf(id) > idOf(this.#through)) {
      if (!wasUnread) this.#count += 1;
      this.#through = id;
    }
    return this.#data(false, new Map([[post, state]]));
  }

  /** Takes that a post is gone, which may have been unread; what the pages are told. */
  remove({ id, data }) {
    const post = String(data.post);
    if (!this.#known || this.#posts.get(post)?.read !== false) return null;
    const state = { ...this.#posts.get(post), read: true };
    this.#put(post, state);
    if (sameEpoch(id, this.#through) && idOf(id) > idOf(this.#through)) {
      this.#count = Math.max(0, this.#count - 1);
      this.#through = id;
    }
    return this.#data(false, new Map([[post, state]]));
  }

  forget() {
    this.#known = false;
    this.#posts.clear();
  }

  #put(post, state) {
    this.#posts.delete(post);
    this.#posts.set(post, state);
    if (this.#posts.size > MAX_POSTS) this.#posts.delete(this.#posts.keys().next().value);
  }

  #data(all, posts) {
    return { all, unread: this.#count, through: this.#through, posts: Object.fromEntries(posts) };
  }
}
