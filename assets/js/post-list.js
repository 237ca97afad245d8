// The list of posts in the page: puts new ones on top, with one line where the reader's absence was.

import { html } from "./trusted.js";
import { whileAway } from "./words.js";

/** A page that stays open for weeks does not grow without end. */
const MOST_POSTS = 200;

export class PostList {
  #list;
  /** The absence that is marked by a line: {group, line, posts, alerts}. */
  #absence = null;

  constructor(list) {
    this.#list = list;
  }

  /** Whether the reader can see where a new post would appear. */
  get startIsInView() {
    const masthead = document.querySelector(".masthead")?.getBoundingClientRect().bottom ?? 0;
    return this.#list.getBoundingClientRect().top >= Math.max(masthead, 0) - 1;
  }

  has(post) {
    return document.getElementById(`post-${post.post}`) !== null;
  }

  /** Shows a post, in the order of the log; returns its row. Missed ones go below a line that counts them. */
  show(post) {
    const row = parse(post.html);
    if (post.missed) {
      this.#markAbsence(post);
      this.#absence.line.after(row);
    } else {
      row.classList.add("arriving");
      this.#list.prepend(row);
    }
    return row;
  }

  empty() {
    this.#list.replaceChildren();
    this.#absence = null;
  }

  /** A quiet line on top of the list. */
  say(text) {
    this.#list.prepend(lineOf(text));
  }

  /** Drops the oldest posts beyond the bound; returns the id of the last one left, or null if all fit. */
  trim() {
    const rows = this.#list.querySelectorAll("li[data-post]");
    if (rows.length <= MOST_POSTS) return null;
    for (let i = MOST_POSTS; i < rows.length; i += 1) rows[i].remove();
    return rows[MOST_POSTS - 1].dataset.post;
  }

  #markAbsence({ group, kind }) {
    if (this.#absence?.group !== group) {
      this.#absence?.line.remove();
      this.#absence = { group, line: lineOf(""), posts: 0, alerts: 0 };
      this.#list.prepend(this.#absence.line);
    }
    this.#absence.posts += 1;
    if (kind === "alert") this.#absence.alerts += 1;
    this.#absence.line.textContent = whileAway(this.#absence.posts, this.#absence.alerts);
  }
}

function parse(text) {
  const template = document.createElement("template");
  template.innerHTML = html(text);
  return template.content.querySelector("li");
}

function lineOf(text) {
  const line = document.createElement("li");
  line.className = "divider";
  line.textContent = text;
  return line;
}
