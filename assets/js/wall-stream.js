// <wall-stream wall build cursor>: follows the stream of a wall, for as long as it takes, and tells the others by the same
// events on the document as <tidings-stream> does. It keeps the screen awake, says when it has heard nothing for long, and
// loads the page anew after an upgrade: only when the server has just answered with it.

import { Supervisor } from "./supervisor.js";
import { clock } from "./times.js";
import { askWall, reload, untilReload } from "./wall-page.js";

const SECOND = 1000;
/** So many heartbeats may be missed, and so much time may pass after the last of them, before the screen says so. */
const MISSED_HEARTBEATS = 2;
const CUT_DELAY = 10 * SECOND;
/** A link that was ended may be good again: a database that was restored, perhaps. */
const ASK_INTERVAL = 60 * SECOND;
/** By its page the server knows when the screen was last seen, and the cookie is kept for longer. */
const SIGN_INTERVAL = 5 * 60 * SECOND;
/** After a page could not be had, it is asked for again. */
const RETRY_INTERVAL = 15 * SECOND;

export class WallStream extends HTMLElement {
  #supervisor;
  #heard = Date.now();
  #heartbeat = 15 * SECOND;
  #reloading = 0;

  connectedCallback() {
    const wall = this.getAttribute("wall");
    const tell = { state: (state) => this.#become(state), event: (event) => this.#received(event) };
    const path = `/walls/${wall}/stream`;
    this.#supervisor = new Supervisor(wall, tell, () => true, { language: document.documentElement.lang, path, ask: () => this.#ask() });
    this.#supervisor.open(this.getAttribute("cursor") || null);
    setInterval(() => this.#tick(), SECOND);
    setInterval(() => this.#supervisor.state.name === "signed-out" && this.#supervisor.look(), ASK_INTERVAL);
    setInterval(() => askWall(), SIGN_INTERVAL);
    addEventListener("online", () => this.#supervisor.look());
    addEventListener("pageshow", (event) => event.persisted && this.#supervisor.open());
    document.addEventListener("visibilitychange", () => document.hidden || this.#seen());
    document.addEventListener("resume", () => this.#seen());
    keepAwake();
  }

  #seen() {
    this.#supervisor.look();
    this.#tick();
    keepAwake();
  }

  /** Who we are, in the words in which sessions are told: nobody, once the link has ended. */
  async #ask() {
    const page = await askWall();
    return page && { user: page.isShown ? { id: this.getAttribute("wall") } : null };
  }

  #become(state) {
    document.documentElement.dataset.stream = state.name === "closed" ? "connecting" : state.name;
    document.querySelector(".wall-ended").hidden = state.name !== "signed-out";
    this.#tell("stream:state", state);
    this.#tick();
  }

  #received({ name, data }) {
    this.#heard = Date.now();
    this.#tick();
    if (name === "hello") this.#greeted(data);
    if (name === "reset") this.#reloadSoon();
    if (["cards", "post", "change", "reset"].includes(name)) this.#tell(`stream:${name}`, data);
  }

  #greeted(hello) {
    if (hello.heartbeat > 0) this.#heartbeat = hello.heartbeat * SECOND;
    const isUpdated = hello.build !== this.getAttribute("build");
    this.#tell("stream:hello", { serverTime: Date.parse(hello.server_time), updated: isUpdated });
    if (isUpdated) this.#reloadSoon(untilReload());
  }

  /** Loads the page anew when the server answers with it. */
  #reloadSoon(delay = 0) {
    clearTimeout(this.#reloading);
    this.#reloading = setTimeout(async () => {
      const page = await askWall();
      if (page?.isShown) reload();
      else if (!page) this.#reloadSoon(RETRY_INTERVAL);
    }, delay);
  }

  /** What is shown may be out of date when nothing was heard for long, and no wall says so of a link that was ended. */
  #tick() {
    const limit = MISSED_HEARTBEATS * this.#heartbeat + CUT_DELAY;
    const isCut = Date.now() - this.#heard >= limit && this.#supervisor.state.name !== "signed-out";
    const bar = document.querySelector(".wall-cut");
    if (isCut === !bar.hidden) return;
    bar.querySelector("time").textContent = clock(new Date(this.#heard));
    bar.hidden = !isCut;
    document.documentElement.toggleAttribute("data-cut", isCut);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

/** The browser lets go of the lock when the page is hidden, and does not take it again by itself. */
function keepAwake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}
