// The test of the connection: a private post to oneself, and how long it took from the server to this page.

import { say } from "./texts.js";

/** A post that has not come by then is held back, or lost its way. */
const TEST_TIMEOUT = 20_000;

export class ConnectionTest {
  #form;
  #place;
  /** When each post of this page arrived, and the one that is waited for. */
  #arrivals = new Map();
  #sent = null;
  #timer = 0;

  constructor(form, place) {
    this.#form = form;
    this.#place = place;
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#send(); });
  }

  /** Takes every post that arrives. */
  arrived(post) {
    this.#arrivals.set(post, Date.now());
    this.#measure();
  }

  async #send() {
    clearTimeout(this.#timer);
    this.#arrivals.clear();
    this.#say(say("script-doctor-testing"));
    const began = Date.now();
    const answer = await ask(this.#form.action);
    if (!answer) return this.#say(say("script-doctor-not-sent"));
    if (answer.again) return this.#say(say("script-doctor-again", { seconds: answer.again }));
    // The answer took the same way back as the question took there, as far as anybody knows (RFC 5905, section 8).
    const ahead = answer.server_ms - (began + Date.now()) / 2;
    this.#sent = { post: answer.post, began, publishedAt: answer.published_ms - ahead };
    this.#timer = setTimeout(() => this.#giveUp(), TEST_TIMEOUT);
    this.#measure();
  }

  #measure() {
    const at = this.#arrivals.get(this.#sent?.post);
    if (at === undefined) return;
    clearTimeout(this.#timer);
    const { began, publishedAt } = this.#sent;
    this.#sent = null;
    this.#say(say("script-doctor-took", { way: Math.max(Math.round(at - publishedAt), 0), all: at - began }));
  }

  #giveUp() {
    this.#sent = null;
    this.#say(say("script-doctor-lost", { seconds: TEST_TIMEOUT / 1000 }));
  }

  #say(text) {
    this.#place.textContent = text;
  }
}

async function ask(address) {
  try {
    const answer = await fetch(address, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" }, body: new URLSearchParams() });
    return answer.ok && !answer.redirected ? await answer.json() : null;
  } catch {
    return null;
  }
}
