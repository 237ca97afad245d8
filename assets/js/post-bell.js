// <post-bell user sounds>: tells of posts beside the page, by notifications and sounds, in one tab of the browser. What comes to
// many says nothing of what one person wants, so the server is asked before anything rings. What was missed never rings.

import { askAgain } from "./asking.js";
import { playInOneTab, followSounds } from "./bell-sound.js";
import { closeWhere, showMissed, showPost, stateFor } from "./notifications.js";
import { headline, plain, whileAway } from "./phrases.js";
import { say } from "./texts.js";

/** All who get a post ask at about the same time; of what is urgent, sooner. */
const SPREAD = 1000;
const URGENT_SPREAD = 200;
/** Missed posts come in quick succession; they are told with the last. */
const SETTLE_DELAY = 800;
/** Of so many missed posts it is asked whether any is to be told. */
const MAX_ASKED = 5;
const MAX_READ = 2000;
const MAX_ATTEMPTS = 4;
/** A page that opens later does not ring any more. */
const MAX_REMINDER_AGE = 60_000;

const KINDS = { news: "script-telling-news", info: "script-telling-info", warning: "script-telling-warning", critical: "script-telling-critical" };

export class PostBell extends HTMLElement {
  #isFirst = false;
  #leave = () => {};
  #missed = [];
  #timer = 0;
  /** Posts that are known to be read, or over: nothing is shown of them any more. */
  #done = new Set();
  /** How many posts are not read, and by post whether it is, as was told last; and whether any other is read. */
  #unread = null;
  #posts = new Map();
  #othersAreRead = false;
  /** By post, when one was last reminded of it. */
  #reminded = new Map();

  connectedCallback() {
    document.addEventListener("stream:post", ({ detail }) => this.#arrived(detail));
    document.addEventListener("stream:change", ({ detail }) => this.#changed(detail));
    document.addEventListener("stream:receipts", ({ detail }) => this.#read(detail));
    document.addEventListener("stream:state", ({ detail }) => detail.name === "signed-out" && closeWhere(() => true));
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.#standInLine());
    followSounds(this.#user);
    this.#standInLine();
  }

  get #user() {
    return this.getAttribute("user");
  }

  get #hasSounds() {
    return this.getAttribute("sounds") !== "";
  }

  get #isOn() {
    return stateFor(this.#user) === "on";
  }

  /** Whether notifications are this tab's business. */
  get #tells() {
    return navigator.locks ? this.#isFirst : !document.hidden;
  }

  /** The tab that has the lock tells; when it closes, the next one has it. */
  #standInLine() {
    if (!navigator.locks) return;
    let isLeft = false;
    const left = new Promise((leave) => { this.#leave = () => { isLeft = true; this.#isFirst = false; leave(); }; });
    navigator.locks.request(`tidings-bell-${this.#user}`, () => {
      this.#isFirst = !isLeft;
      this.#closeRead();
      return left;
    }).catch(() => {});
  }

  #arrived(post) {
    if (post.again) this.#note([post.post], false);
    if (!this.#tells || String(post.author) === this.#user || post.resolution) return;
    if (!this.#isOn && !this.#hasSounds) return;
    if (post.missed) this.#collect(post);
    else setTimeout(() => this.#tell(post), Math.random() * (post.severity === "critical" ? URGENT_SPREAD : SPREAD));
  }

  async #tell({ post }) {
    const told = await askTelling(post);
    if (!told || this.#done.has(post)) return;
    if (told.sound) playInOneTab(this.#user, told.severity ?? "news");
    if (!this.#isOn) return;
    const urgent = told.severity === "critical";
    await showPost({ post, url: told.url, title: titleOf(told), user: this.#user, urgent });
    // It may have been read elsewhere at this moment.
    if (this.#done.has(post)) this.#close([post]);
  }

  #collect(post) {
    this.#missed.push(post);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tellMissed(this.#missed.splice(0)), SETTLE_DELAY);
  }

  async #tellMissed(missed) {
    if (!this.#isOn) return;
    const alerts = missed.filter((post) => post.kind === "alert").length;
    for (const { post } of missed.slice(-MAX_ASKED).reverse()) {
      if (await askTelling(post)) return showMissed({ title: plain(whileAway(missed.length, alerts)), user: this.#user });
    }
  }

  #changed({ post, resolution, change }) {
    const isGone = ["withdrawn", "expired", "narrowed"].includes(change);
    if (!resolution && !isGone) return;
    this.#missed = this.#missed.filter((missed) => missed.post !== post);
    this.#note([post], true);
    this.#close([post]);
  }

  #read({ all, unread, posts }) {
    if (all) this.#posts.clear();
    this.#othersAreRead ||= all;
    this.#unread = unread;
    for (const [post, { read, reminded }] of Object.entries(posts)) {
      this.#posts.set(Number(post), read);
      this.#note([Number(post)], read);
      if (reminded) this.#remind(Number(post), reminded);
    }
    this.#closeRead();
  }

  #closeRead() {
    // It takes a while to find them: by then more may have come than was told now.
    if (this.#tells) closeWhere(({ post }) => post === null ? this.#unread === 0 : this.#posts.get(post) ?? this.#othersAreRead);
  }

  /** Rings as of a post that arrives, unless that was long ago. */
  #remind(post, at) {
    if (this.#reminded.get(post) === at) return;
    this.#reminded.set(post, at);
    const isNow = Math.abs(Date.now() - Date.parse(at)) < MAX_REMINDER_AGE;
    if (this.#tells && isNow && (this.#isOn || this.#hasSounds)) setTimeout(() => this.#tell({ post }), Math.random() * URGENT_SPREAD);
  }

  #note(posts, isDone) {
    for (const post of posts) isDone ? this.#done.add(post) : this.#done.delete(post);
    while (this.#done.size > MAX_READ) this.#done.delete(this.#done.values().next().value);
  }

  #close(posts) {
    if (this.#tells) closeWhere(({ post }) => posts.includes(post));
  }
}

function titleOf({ kind, severity, title }) {
  return plain(title === null ? say(KINDS[severity ?? "news"]) : headline({ kind, severity, title }));
}

/** What may be said of a post at this moment; null to be quiet. One answer that fails on its way silences nothing. */
async function askTelling(post) {
  const told = await askAgain(`/posts/${post}/telling`, MAX_ATTEMPTS);
  return told === null ? null : JSON.parse(told);
}
