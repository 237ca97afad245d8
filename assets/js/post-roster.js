// <post-roster board="roster:42" post>: who has seen a post, as the stream tells it. Rows change where they stand; whose row is
// on another page, or in another list, changes the numbers alone.

import { clock } from "./times.js";
import { say } from "./texts.js";

const WORDS = { acknowledged: "script-roster-has-seen", outstanding: "script-roster-not-yet", apart: "script-roster-apart" };

export class PostRoster extends HTMLElement {
  #isHeard = null;
  #rev = 0;

  connectedCallback() {
    this.#isHeard = new AbortController();
    const { signal } = this.#isHeard;
    document.addEventListener("stream:roster", ({ detail }) => this.#told(detail), { signal });
    document.addEventListener("stream:state", ({ detail }) => detail.name === "signed-out" && this.replaceChildren(), { signal });
    this.dispatchEvent(new CustomEvent("board:appeared", { bubbles: true }));
  }

  disconnectedCallback() {
    this.#isHeard.abort();
  }

  #told({ post, rev, people, ...numbers }) {
    if (String(post) !== this.getAttribute("post") || rev < this.#rev) return;
    this.#rev = rev;
    for (const [name, count] of Object.entries(numbers)) {
      const place = this.querySelector(`[data-number="${name}"]`);
      if (place && count !== null) place.textContent = say("script-roster-number", { count });
    }
    for (const person of people) this.#show(person);
  }

  #show({ id, state, at }) {
    const row = this.querySelector(`[data-person="${id}"]`);
    if (!row) return;
    row.dataset.state = state;
    row.querySelector(".roster-state").textContent = say(WORDS[state]);
    const place = row.querySelector(".roster-at");
    place.replaceChildren();
    if (!at) return;
    const time = document.createElement("time");
    time.dateTime = at;
    time.textContent = clock(new Date(at));
    place.append(time);
  }
}
