// <wall-posts>: critical posts that go on take the screen over, one after the other if there are several, until each ends.

import { showTime } from "./times.js";
import { trustedHtml } from "./trusted-types.js";
import { fitText } from "./wall-fit.js";

/** So long each of several is shown. */
const TURN = 15_000;

export class WallPosts extends HTMLElement {
  #shown = 0;

  connectedCallback() {
    for (const name of ["stream:post", "stream:change"]) document.addEventListener(name, ({ detail }) => this.#told(detail));
    document.addEventListener("stream:state", ({ detail }) => detail.name === "signed-out" && this.#end(this.#all));
    addEventListener("resize", () => this.#show());
    setInterval(() => this.#turn(), TURN);
    this.#show();
  }

  /** What is real stands above every drill: as long as it goes on, none is shown. */
  get #posts() {
    const all = this.#all;
    const real = all.filter((post) => !post.hasAttribute("data-drill"));
    return real.length > 0 ? real : all;
  }

  get #all() {
    return [...this.querySelectorAll(".wall-post")];
  }

  #told({ post, html }) {
    const before = this.querySelector(`.wall-post[data-post="${Number(post)}"]`);
    const now = parse(html);
    if (now && before) before.replaceWith(now);
    else if (now) this.prepend(now);
    else if (before) return this.#end([before]);
    if (!now) return;
    now.querySelectorAll("time").forEach(showTime);
    this.#shown = Math.max(0, this.#posts.indexOf(now));
    this.#show();
  }

  #end(posts) {
    posts.forEach((post) => post.remove());
    this.#shown = 0;
    this.#show();
  }

  #turn() {
    // What nobody has said is over is shown no longer than anywhere else.
    const isOver = (post) => Date.parse(post.dataset.until) <= Date.now();
    this.#all.filter(isOver).forEach((post) => post.remove());
    this.#shown = (this.#shown + 1) % Math.max(1, this.#posts.length);
    this.#show();
  }

  #show() {
    const posts = this.#posts;
    document.documentElement.toggleAttribute("data-taken-over", posts.length > 0);
    const shown = posts[this.#shown];
    for (const post of this.#all) post.hidden = post !== shown;
    if (shown) fitText(shown);
  }
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = trustedHtml(html);
  return template.content.querySelector(".wall-post");
}
