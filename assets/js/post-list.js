// The list of posts in the page. New posts go on top, below those that stand there until they are read (`data-on-top`); a
// divider counts those that came while the reader was away.

import { trustedHtml } from "./trusted-types.js";
import { whileAway } from "./phrases.js";
import { say } from "./texts.js";
import { showReading } from "./reading.js";

/** A page that stays open for weeks does not grow without end. */
const MAX_POSTS = 200;
/** An alert is urgent for a day, as the server has it. */
export const LOUD_TIME = 24 * 60 * 60 * 1000;

export class PostList {
  #list;
  #hasUrgentFirst;
  /** The absence that two dividers stand around: {group, divider, end, posts, alerts}. */
  #absence = null;

  constructor(list, hasUrgentFirst = false) {
    this.#list = list;
    this.#hasUrgentFirst = hasUrgentFirst;
  }

  /** Whether the reader can see where a new post would appear. */
  get startIsInView() {
    const masthead = document.querySelector(".masthead")?.getBoundingClientRect().bottom ?? 0;
    return this.#list.getBoundingClientRect().top >= Math.max(masthead, 0) - 1;
  }

  get element() {
    return this.#list;
  }

  get rows() {
    return this.#list.querySelectorAll("li[data-post]");
  }

  has(post) {
    return document.getElementById(`post-${post.post}`) !== null;
  }

  /** Shows a post, in the order of the log, and returns its row. Missed posts go below a divider that counts them. */
  show(post) {
    const row = parsePost(post.html);
    showReading({ row, post: post.post, author: post.author });
    tellOfRow({ row });
    const isUrgent = row.hasAttribute("data-unread") && this.isUrgent(row, post);
    row.toggleAttribute("data-on-top", isUrgent);
    if (post.missed) this.#markAbsence(post);
    else row.classList.add("arriving");
    if (isUrgent) this.putOnTop(row);
    else if (post.missed) this.#absence.divider.after(row);
    else this.#begin(row);
    return row;
  }

  /** Puts a newer version of a post in the place of the one that is shown, which keeps the focus; whether there was one. */
  replace(post) {
    const row = document.getElementById(`post-${post.post}`);
    if (!row || Number(row.dataset.version) >= post.version) return false;
    const focused = [...row.querySelectorAll("a")].indexOf(document.activeElement);
    const fresh = parsePost(post.html);
    showReading({ row: fresh, post: post.post, author: post.author, before: row });
    tellOfRow({ row: fresh, before: row });
    if (row.hasAttribute("data-on-top")) fresh.setAttribute("data-on-top", row.getAttribute("data-on-top"));
    row.replaceWith(fresh);
    if (focused >= 0) ([...fresh.querySelectorAll("a")][focused] ?? fresh.querySelector("a")).focus({ preventScroll: true });
    return true;
  }

  /** Takes a post out; whether it was there. The focus goes to the one after it. */
  drop(post) {
    const row = document.getElementById(`post-${post}`);
    if (!row) return false;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const held = row.contains(document.activeElement);
    row.remove();
    if (held) (next?.querySelector("a") ?? document.getElementById("content"))?.focus({ preventScroll: true });
    return true;
  }

  /** Puts a row on top of everything that is no more urgent. */
  putOnTop(row) {
    row.remove();
    const rank = rankOf(row);
    const below = [...this.#list.querySelectorAll(":scope > [data-on-top]")].find((other) => rankOf(other) >= rank);
    if (below) below.before(row);
    else this.#begin(row);
  }

  empty() {
    this.#list.replaceChildren();
    this.#absence = null;
  }

  /** Puts a divider with a text on top of the list. */
  say(text) {
    this.#begin(dividerOf(text));
  }

  /** Drops the oldest posts beyond the bound; returns the number of the last one left, or null if all fit. */
  trim() {
    const rows = this.#list.querySelectorAll("li[data-post]");
    if (rows.length <= MAX_POSTS) return null;
    for (let i = MAX_POSTS; i < rows.length; i += 1) rows[i].remove();
    return rows[MAX_POSTS - 1].dataset.number;
  }

  /** Whether a post that is unread is one to act on. */
  isUrgent(row, post) {
    if (!this.#hasUrgentFirst || row.hasAttribute("data-own")) return false;
    return row.querySelector(".ask form:is(.acknowledgement, .answer)") !== null || isOpen(post);
  }

  /** Puts a row where the list begins, below what stands on top. */
  #begin(row) {
    const onTop = this.#list.querySelectorAll(":scope > [data-on-top]");
    if (onTop.length > 0) onTop[onTop.length - 1].after(row);
    else this.#list.prepend(row);
  }

  #markAbsence({ group, kind }) {
    if (this.#absence?.group !== group) {
      this.#absence?.divider.remove();
      this.#absence?.end.remove();
      this.#absence = { group, divider: dividerOf(""), end: dividerOf(say("script-away-end"), "divider-end"), posts: 0, alerts: 0 };
      if (this.rows.length > 0) this.#begin(this.#absence.end);
      this.#begin(this.#absence.divider);
    }
    this.#absence.posts += 1;
    if (kind === "alert") this.#absence.alerts += 1;
    this.#absence.divider.textContent = whileAway(this.#absence.posts, this.#absence.alerts);
  }
}

/** The order of what stands on top: critical alerts that go on, all else that is real, drills, what is pinned. */
function rankOf(row) {
  if (row.dataset.onTop === "pin") return 3;
  if (row.querySelector(".drill")) return 2;
  return row.querySelector(".critical:not(.over)") ? 0 : 1;
}

/** Whether it is an alert to act on, which is not over. */
function isOpen({ severity, resolution, published_at }) {
  const isUrgent = severity === "warning" || severity === "critical";
  return isUrgent && !resolution && Date.now() - Date.parse(published_at) < LOUD_TIME;
}

/** Others show in a row what they know of its post. */
function tellOfRow(detail) {
  document.dispatchEvent(new CustomEvent("post:row", { detail }));
}

/** The row of the list that a post's HTML is. */
export function parsePost(text) {
  const template = document.createElement("template");
  template.innerHTML = trustedHtml(text);
  return template.content.querySelector("li");
}

function dividerOf(text, name = "divider") {
  const divider = document.createElement("li");
  divider.className = name;
  divider.textContent = text;
  return divider;
}
