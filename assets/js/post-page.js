// <post-page data-cursor board="roster:42">: the page of one post. When the post changes, it shows it as it is now, without a
// reload. Who looks after it without being one of its readers has a board: what is told of its roster says that it has changed.

import { showAsk } from "./acknowledging.js";
import { parsePost } from "./post-list.js";
import { isGone } from "./gone.js";
import { markRead } from "./reading.js";
import { BY_ITSELF } from "./session.js";
import { say } from "./texts.js";
import { trustedHtml } from "./trusted-types.js";

/** All pages may be told to reload at once. */
const RELOAD_SPREAD = 2000;

export class PostPage extends HTMLElement {
  connectedCallback() {
    for (const name of ["stream:post", "stream:change"]) document.addEventListener(name, ({ detail }) => this.#changed(detail));
    document.addEventListener("visibilitychange", () => this.#opened());
    if (this.hasAttribute("board")) this.#watch();
    this.#opened();
    document.addEventListener("stream:reset", () => setTimeout(() => this.#reload(), Math.random() * RELOAD_SPREAD));
  }

  /** Where the browser did not say that the page was opened, the page does, once somebody looks at it. */
  #opened() {
    const article = this.querySelector("article[data-unread]");
    if (document.hidden || this.#isOpened) return;
    this.#isOpened = true;
    if (article && article.dataset.reads !== "hand") markRead(article.dataset.post);
  }

  #isOpened = false;

  /** What happened meanwhile is in no event. What is being typed stays. */
  #reload() {
    if (!this.querySelector("[name=note]")?.value) location.reload();
  }

  #watch() {
    document.addEventListener("stream:roster", ({ detail: { post, gone, version } }) => {
      const article = this.querySelector(`article[data-post="${post}"]`);
      if (article && gone) return this.#empty();
      if (article && Number(article.dataset.version) < version) this.#fetch();
    });
    this.dispatchEvent(new CustomEvent("board:appeared", { bubbles: true }));
  }

  /** In place of what the page says: what is being typed stays. */
  async #fetch() {
    const answer = await fetch(location.pathname, { cache: "no-store", credentials: "same-origin", headers: BY_ITSELF }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(trustedHtml(await answer.text()), "text/html").querySelector("post-page");
    if (!fresh) return;
    if (this.contains(document.activeElement)) this.querySelector("article").replaceWith(fresh.querySelector("article"));
    else this.replaceChildren(...fresh.childNodes);
  }

  #changed(post) {
    const article = this.querySelector(`article[data-post="${post.post}"]`);
    if (article && isGone(post)) return this.#empty();
    if (!article || Number(article.dataset.version) >= post.version) return;
    const fresh = parsePost(post.html).querySelector("article");
    article.dataset.version = post.version;
    article.className = `${fresh.className} whole`;
    article.querySelector(".post-title").textContent = post.title;
    for (const part of [".post-head", ".prose"]) article.querySelector(part).replaceChildren(...fresh.querySelector(part).childNodes);
    article.querySelector(".over-note")?.remove();
    const over = fresh.querySelector(".over-note");
    if (over) article.querySelector(".prose").before(over);
    article.querySelector(".ask")?.remove();
    const ask = fresh.querySelector(".ask");
    if (ask) article.querySelector(".prose").after(ask);
    showAsk({ row: article, before: article });
    const [isOver, isWithdrawn] = [Boolean(post.resolution), Boolean(post.withdrawal)];
    const hasEnded = isWithdrawn || Boolean(post.expired_at);
    for (const form of this.querySelectorAll("[data-when]")) form.hidden = hasEnded || (form.dataset.when === "over") !== isOver;
    if (isWithdrawn) this.querySelector(".manage")?.remove();
    this.dispatchEvent(new CustomEvent("post:changed", { bubbles: true, detail: post }));
  }

  /** The post is not its reader's any more: neither its text nor its title stays. */
  #empty() {
    const note = document.createElement("p");
    note.className = "gone-note";
    note.setAttribute("role", "status");
    note.textContent = say("script-post-gone");
    this.replaceChildren(note);
    document.querySelector("page-title")?.rename(say("script-post-gone"));
  }
}
