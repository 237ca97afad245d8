// <stream-pill>: says in a word whether the page is live, and leads to the page about the connection. It is no live region, since nobody wants to listen to a
// countdown. While the page waits to connect again, a click tries at once; not on a screen that nobody touches (`untouched`).

import { say } from "./texts.js";

const KEYS = {
  live: "script-live",
  polling: "script-polling",
  connecting: "script-connecting",
  closed: "script-connecting",
  "signed-out": "script-signed-out",
};

export class StreamPill extends HTMLElement {
  #word = null;
  #button = document.createElement("button");
  #timer = 0;

  connectedCallback() {
    this.#word = document.createElement(this.#untouched ? "span" : "a");
    if (!this.#untouched) this.#word.href = "/connection";
    this.#word.textContent = say(KEYS.connecting);
    this.#button.type = "button";
    this.#button.className = "text-button";
    this.#button.textContent = say("script-try-now");
    this.replaceChildren(this.#word);
    // The focus goes here when the pressed button goes away.
    if (!this.#untouched) this.tabIndex = -1;
    document.addEventListener("stream:state", ({ detail }) => this.#show(detail));
    this.addEventListener("click", (event) => this.#waits && this.#retry(event));
  }

  get #untouched() {
    return this.hasAttribute("untouched");
  }

  get #waits() {
    return this.#button.isConnected;
  }

  #show(state) {
    clearTimeout(this.#timer);
    if (state.name === "reconnecting") return this.#countDown(state);
    this.#offer(false);
    const isEnded = this.#untouched && state.name === "signed-out";
    this.#word.textContent = say(isEnded ? "script-ended" : KEYS[state.name]);
  }

  #countDown(state) {
    const left = state.until - Date.now();
    this.#offer(left > 0);
    this.#word.textContent = left > 0 ? say("script-reconnecting-in", { seconds: Math.ceil(left / 1000) }) : say("script-reconnecting");
    if (left > 0) this.#timer = setTimeout(() => this.#countDown(state), left % 1000 || 1000);
  }

  #offer(waits) {
    if (waits === this.#waits || this.#untouched) return;
    if (waits) return this.append(this.#button);
    if (document.activeElement === this.#button) this.focus();
    this.#button.remove();
  }

  #retry(event) {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("stream:retry", { bubbles: true }));
  }
}
