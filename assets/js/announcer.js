// <post-announcer>: what screen readers hear. News politely, alerts at once; what was missed in one sentence.

import { headline, whileAway } from "./words.js";

/** Long enough to be read out; then the region stands empty again. */
const SPOKEN_FOR = 20_000;
/** Missed posts come in quick succession; the sentence waits for the last. */
const SETTLED_AFTER = 800;

export class PostAnnouncer extends HTMLElement {
  #missed = 0;
  #missedAlerts = 0;
  #timer = 0;

  connectedCallback() {
    document.addEventListener("stream:post", ({ detail }) => this.#arrived(detail));
    document.addEventListener("page:say", ({ detail }) => this.#say(detail.urgent ? "[role=alert]" : "[role=status]", detail.text));
    document.addEventListener("feed:reloaded", () => this.#say("[role=status]", "The list was brought up to date."));
  }

  #arrived(post) {
    if (post.missed) this.#collect(post);
    else this.#say(post.kind === "alert" ? "[role=alert]" : "[role=status]", headline(post));
  }

  #collect(post) {
    this.#missed += 1;
    if (post.kind === "alert") this.#missedAlerts += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sayMissed(), SETTLED_AFTER);
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
    setTimeout(() => line.remove(), SPOKEN_FOR);
  }
}
