// <post-feed data-cursor [newest] [urgent-first]>: shows posts as they arrive. It never moves what somebody reads, has the focus on or
// points at: then, new posts wait behind a button. Pages of older posts only count them.

import { Attention } from "./attention.js";
import { PostList } from "./post-list.js";
import { fetchFeed, keepingPlace, keepingScroll } from "./feed-reload.js";
import { FeedFilter } from "./feed-filter.js";
import { isGone } from "./gone.js";
import { settle } from "./settling.js";
import { epochOf, idOf } from "./cursor.js";
import { say } from "./texts.js";

export class PostFeed extends HTMLElement {
  #list;
  #held = [];
  /** What waits beside new posts: {waiting, isCritical, show(), drop(post), forget()}. */
  #others = null;
  /** Counts the reader's absences; an absence goes on until somebody has seen its divider. */
  #group = 0;
  #unseen = false;
  /** Its reader was signed out; the list is fetched again when they are back. */
  #emptied = false;
  #reading = null;
  #attention;
  /** Of a page that shows a part of the feed. */
  #filter = null;

  connectedCallback() {
    this.#list = new PostList(this.querySelector(".posts"), this.hasAttribute("urgent-first"));
    if (this.dataset.filter) this.#filter = new FeedFilter(this.dataset.filter);
    document.addEventListener("stream:post", ({ detail }) => this.#arrived(detail));
    document.addEventListener("stream:change", ({ detail }) => this.#changed(detail));
    document.addEventListener("stream:hello", ({ detail }) => detail.missed && this.#cameBack());
    document.addEventListener("stream:reset", () => this.#reload());
    document.addEventListener("stream:state", ({ detail }) => this.#follow(detail.name));
    document.addEventListener("visibilitychange", () => { this.#unseen &&= document.hidden; });
    addEventListener("scroll", () => scrollY <= 4 && this.#showIfFree(), { passive: true });
    this.#attention = new Attention(this, () => this.#showIfFree());
    this.addEventListener("click", (event) => event.target.closest(".new-posts-button") && this.#goToNewest());
  }

  /** Has posts be read by what `make(feed)` returns, which watches rows. */
  readBy(make) {
    this.#reading = make(this);
    this.#reading.watch(this.#list.rows);
  }

  /** Has posts wait here, too, that are on their way to another place in the list: those of what `make(feed, list)` returns. */
  showAlso(make) {
    this.#others = make(this, () => this.#list);
  }

  /** Shows what waits, or that something does. */
  showOrTell() {
    if (this.#isFree) this.#showHeld();
    else this.#showButton();
  }

  /** Whether its reader was signed out, and nothing is shown. */
  get isEmptied() {
    return this.#emptied;
  }

  /** How many posts wait to be shown. */
  get held() {
    return this.#held.length;
  }

  /** The cursor up to which the page shows everything. */
  get shownThrough() {
    const [first] = this.#held;
    return first ? `${epochOf(first.id)}-${idOf(first.id) - 1}` : document.querySelector("tidings-stream")?.cursor;
  }

  get #newest() {
    return this.hasAttribute("newest");
  }

  /** Whether a post would appear without moving what its reader is at. */
  get #isFree() {
    return this.#newest && this.#list.startIsInView && !(this.#attention.isHere && this.#list.rows.length > 0);
  }

  #showIfFree() {
    if (this.#waiting > 0 && this.#isFree) this.#showHeld();
  }

  get #waiting() {
    return this.#held.length + (this.#others?.waiting ?? 0);
  }

  #cameBack() {
    if (!this.#unseen) this.#group += 1;
    this.#unseen = document.hidden;
  }

  #follow(state) {
    if (state === "signed-out") this.#empty();
    if (state === "live" && this.#emptied) this.#reload();
  }

  #forgetWaiting() {
    this.#held = [];
    this.#others?.forget();
  }

  #empty() {
    this.#emptied = true;
    this.#forgetWaiting();
    this.#list.empty();
    this.querySelector(".empty-state")?.remove();
    this.#showButton();
  }

  #arrived(post) {
    if (this.#emptied) return;
    if (this.#list.has(post) || this.#held.some((held) => held.post === post.post)) return this.#changed(post);
    if (this.#filter) this.#filter.ask(post).then((row) => row && this.#take(row));
    else this.#take(post);
  }

  #take(post) {
    if (this.#emptied || this.#list.has(post) || this.#held.some((held) => held.post === post.post)) return;
    if (!post.missed) this.#unseen = false;
    this.#held.push({ ...post, group: this.#group });
    this.showOrTell();
  }

  /** What is neither shown nor waits to be is nothing to this page. */
  #changed(post) {
    if (isGone(post)) return this.drop(String(post.post));
    const held = this.#held.find((held) => held.post === post.post);
    if (held && held.version < post.version) Object.assign(held, { ...post, missed: held.missed, resolution: post.resolution });
    if (held) return this.#showButton();
    let isShown = false;
    keepingScroll(this, () => { isShown = this.#list.replace(post); });
    if (isShown) this.watch([document.getElementById(`post-${post.post}`)]);
    if (isShown) this.dispatchEvent(new CustomEvent("post:changed", { bubbles: true, detail: post }));
  }

  /** Takes a post out, wherever it stands or waits. */
  drop(post) {
    this.#held = this.#held.filter((held) => String(held.post) !== post);
    this.#others?.drop(Number(post));
    keepingScroll(this, () => this.#list.drop(post));
    settle(this.#list.element);
    this.#showButton();
  }

  /** Has rows be read that are shown. */
  watch(rows) {
    this.#reading?.watch(rows);
    settle(this.#list.element);
  }

  #showHeld() {
    if (!this.#newest || this.#waiting === 0) return [];
    // Scroll anchoring would keep the old posts in place and push the new ones out of sight.
    this.toggleAttribute("inserting", true);
    const rows = this.#held.splice(0).map((post) => this.#list.show(post));
    rows.push(...this.#others?.show() ?? []);
    this.watch(rows);
    this.querySelector(".empty-state")?.remove();
    this.#trim();
    this.#showButton();
    requestAnimationFrame(() => requestAnimationFrame(() => this.removeAttribute("inserting")));
    return rows;
  }

  #showButton() {
    const newer = this.querySelector(".new-posts");
    newer.firstElementChild.textContent = say("script-new-posts", { count: this.#waiting });
    const wasHidden = newer.hidden;
    newer.hidden = this.#waiting === 0;
    if (wasHidden && !newer.hidden) settle(newer);
    const isCritical = this.#others?.isCritical || this.#held.some((post) => post.severity === "critical");
    newer.toggleAttribute("data-critical", isCritical);
  }

  #goToNewest() {
    if (!this.#newest) return location.assign(this.dataset.filter ? `/?${this.dataset.filter}` : "/");
    const rows = this.#showHeld();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scrollTo({ top: 0, behavior: calm ? "instant" : "smooth" });
    rows.at(-1)?.querySelector("a")?.focus({ preventScroll: true });
  }

  #trim() {
    const last = this.#list.trim();
    if (last === null) return;
    const older = this.querySelector(".older-link");
    older.href = `/?${this.dataset.filter ? `${this.dataset.filter}&` : ""}before=${last}`;
    older.hidden = false;
  }

  /** The log no longer reaches back to our cursor: the list comes anew, and we go on from there. */
  async #reload() {
    this.#emptied = false;
    const fresh = await fetchFeed();
    if (this.#emptied) return;
    keepingPlace(this, () => this.replaceChildren(...fresh.childNodes));
    this.dataset.cursor = fresh.dataset.cursor;
    this.#forgetWaiting();
    this.#list = new PostList(this.querySelector(".posts"), this.hasAttribute("urgent-first"));
    this.#reading?.watch(this.#list.rows);
    this.#list.say(say("script-list-fresh"));
    this.dispatchEvent(new CustomEvent("feed:reloaded", { bubbles: true, detail: { cursor: fresh.dataset.cursor } }));
  }
}
