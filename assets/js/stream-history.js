// What a browser's one stream has lived through, for the page that explains the connection.

/** Cuts that are remembered. */
const MAX_CUTS = 20;

export class StreamHistory {
  #liveSince = 0;
  #heard = 0;
  #longestSilence = 0;
  #heartbeat = 0;
  /** When the stream was cut, and how long it had been live, in milliseconds. */
  #cuts = [];

  /** Takes every state of the stream. */
  follow({ name }) {
    if (name === "live" && !this.#liveSince) this.#begin();
    if (name === "reconnecting" && this.#liveSince) this.#cut();
    if (name !== "live") this.#liveSince = 0;
  }

  /** Takes every event. */
  hear({ name, data }) {
    if (name === "hello") this.#heartbeat = data.heartbeat * 1000 || 0;
    const now = Date.now();
    if (this.#liveSince) this.#longestSilence = Math.max(this.#longestSilence, now - this.#heard);
    this.#heard = now;
  }

  get facts() {
    return { heartbeat: this.#heartbeat, longestSilence: this.#longestSilence, cuts: [...this.#cuts] };
  }

  #begin() {
    this.#liveSince = Date.now();
    this.#heard = this.#liveSince;
    this.#longestSilence = 0;
  }

  #cut() {
    this.#cuts.push({ at: Date.now(), lived: Date.now() - this.#liveSince });
    if (this.#cuts.length > MAX_CUTS) this.#cuts.shift();
  }
}
