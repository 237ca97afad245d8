// <stream-notices>: shows and hides the lines below the masthead. Their words are in the page.

import { clock } from "./times.js";
import { settle } from "./settling.js";
import { say } from "./texts.js";

/** Only the pill shows shorter cuts. */
const OFFLINE_NOTICE_DELAY = 5000;

export class StreamNotices extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    document.addEventListener("stream:state", ({ detail }) => this.#follow(detail));
    document.addEventListener("stream:hello", ({ detail }) => detail.updated && this.#show("updated"));
    this.querySelector(".updated button").addEventListener("click", () => location.reload());
  }

  #follow(state) {
    clearTimeout(this.#timer);
    if (state.name === "signed-out") this.#signedOut();
    else this.#hide("signed-out");
    if (state.name === "polling") this.#show("polling");
    else if (state.name === "live") this.#hide("polling");
    if (state.name === "reconnecting" || state.name === "connecting") this.#offlineSoon(state);
    else this.#connected(state);
  }

  #offlineSoon({ since }) {
    this.querySelector(".offline time").textContent = clock(new Date(since));
    this.#timer = setTimeout(() => this.#show("offline"), since + OFFLINE_NOTICE_DELAY - Date.now());
  }

  #connected({ name }) {
    const wasOffline = this.#hide("offline");
    if ((name === "live" || name === "polling") && wasOffline) this.#say(say("script-connected-again"));
  }

  #signedOut() {
    const here = location.pathname + location.search;
    this.querySelector(".signed-out a").href = `/login?next=${encodeURIComponent(here)}`;
    this.#show("signed-out");
  }

  #show(name) {
    const notice = this.querySelector(`.${name}`);
    if (!notice.hidden) return;
    notice.hidden = false;
    settle(document.body);
    this.#say(notice.textContent);
  }

  #hide(name) {
    const notice = this.querySelector(`.${name}`);
    const wasShown = !notice.hidden;
    notice.hidden = true;
    if (wasShown) settle(document.body);
    return wasShown;
  }

  #say(text) {
    this.dispatchEvent(new CustomEvent("page:say", { bubbles: true, detail: { text } }));
  }
}
