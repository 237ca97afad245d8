// <stream-pill>: says in a word whether the page is live. Not a live region: a countdown is nothing to listen to.

const WORDS = { live: "Live", connecting: "Connecting", closed: "Connecting", "signed-out": "Signed out" };

export class StreamPill extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.textContent = WORDS.connecting;
    document.addEventListener("stream:state", ({ detail }) => this.#show(detail));
  }

  #show(state) {
    clearTimeout(this.#timer);
    if (state.name === "reconnecting") this.#countDown(state);
    else this.textContent = WORDS[state.name];
  }

  #countDown(state) {
    const left = state.until - Date.now();
    this.textContent = left > 0 ? `Reconnecting in ${Math.ceil(left / 1000)} s` : "Reconnecting";
    if (left > 0) this.#timer = setTimeout(() => this.#countDown(state), left % 1000 || 1000);
  }
}
