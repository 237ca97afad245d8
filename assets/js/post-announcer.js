// <post-announcer>: speaks to screen readers, in one page of a browser. An alert interrupts, news is counted, and missed posts
// become one sentence. Of an alert that is over it speaks if the page shows it; an edit is nothing to speak of.

import { headline, whileAway } from "./phrases.js";
import { say } from "./texts.js";

/** A text can be read out in that time; then it is removed. */
const SPEECH_DURATION = 20_000;
/** Missed posts come in quick succession; the sentence waits for the last. */
const SETTLE_DELAY = 800;
/** News is spoken of so often at most. */
const NEWS_INTERVAL = 10_000;

export class PostAnnouncer extends HTMLElement {
  #missed = 0;
  #missedAlerts = 0;
  #timer = 0;
  #news = 0;
  #newsTimer = 0;
  #spokeOfNews = 0;
  #spokenOf = "";

  connectedCallback() {
    document.addEventListener("stream:post", ({ detail }) => this.#arrived(detail));
    document.addEventListener("post:changed", ({ detail }) => this.#changed(detail));
    document.addEventListener("page:say", ({ detail }) => this.#say(detail.urgent ? "[role=alert]" : "[role=status]", detail.text));
    document.addEventListener("feed:reloaded", () => this.#say("[role=status]", `${say("script-list-fresh")}.`));
  }

  #arrived(post) {
    if (!post.speaks) return;
    if (post.missed) this.#collect(post);
    else if (post.kind !== "alert") this.#count();
    else this.#say(post.resolution ? "[role=status]" : "[role=alert]", headline(post));
  }

  #count() {
    this.#news += 1;
    const rest = this.#spokeOfNews + NEWS_INTERVAL - Date.now();
    this.#newsTimer ||= setTimeout(() => this.#sayNews(), Math.max(rest, 0));
  }

  #sayNews() {
    this.#say("[role=status]", say("script-new-posts", { count: this.#news }));
    this.#news = 0;
    this.#newsTimer = 0;
    this.#spokeOfNews = Date.now();
  }

  /** More than one part of the page may show it. */
  #changed(post) {
    const what = `${post.post} ${post.version}`;
    if (!post.speaks || post.change !== "resolved" || post.missed || what === this.#spokenOf) return;
    this.#spokenOf = what;
    this.#say("[role=status]", headline(post));
  }

  #collect(post) {
    this.#missed += 1;
    if (post.kind === "alert") this.#missedAlerts += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sayMissed(), SETTLE_DELAY);
  }

  #sayMissed() {
    this.#say("[role=status]", `${whileAway(this.#missed, this.#missedAlerts)}.`);
    this.#missed = 0;
    this.#missedAlerts = 0;
  }

  #say(region, text) {
    const line = document.createElement("p");
    line.dir = "auto";
    line.textContent = text;
    this.querySelector(region).append(line);
    setTimeout(() => line.remove(), SPEECH_DURATION);
  }
}
