// Joins a page to a relay: to that of the shared worker, or, where there is none, to one of its own, which rests while
// the tab is hidden.

import { Relay } from "./relay.js";
import { trustedScriptUrl } from "./trusted-types.js";

/** A worker that has not answered by then is taken for missing. */
const WORKER_TIMEOUT = 8000;

export class RelayClient {
  #user;
  #hear;
  #lost;
  #port = null;
  #relay = null;
  #page = null;
  #timer = 0;
  #release = () => {};

  /** `hear(news)` hears states and events; `lost()` is called when one has to join again. */
  constructor({ user, build, hear, lost }) {
    this.#user = user;
    this.#hear = hear;
    this.#lost = lost;
    try {
      this.#useWorker(build);
    } catch {
      this.#useOwnRelay();
    }
  }

  /** Whether the stream rests while the page is hidden. */
  get resting() {
    return this.#relay !== null && document.hidden;
  }

  /** `place` is {cursor, lineage, seen, boards}: where the page is, whether somebody looks at it, and what it shows. */
  join(place) {
    if (this.resting) return;
    if (this.#relay) return this.#relay.join(this.#page, place);
    this.#port.postMessage({ do: "join", place });
    this.#holdLock();
  }

  leave() {
    this.#release();
    if (this.#relay) this.#relay.leave(this.#page);
    else this.#port.postMessage({ do: "leave" });
  }

  look() {
    if (this.#relay) this.#relay.look();
    else this.#port.postMessage({ do: "look" });
  }

  /** Says whether somebody looks at the page. */
  see(seen) {
    if (this.#relay) this.#relay.see(this.#page, seen);
    else this.#port.postMessage({ do: "see", seen });
  }

  /** Says which boards the page shows from now on. */
  show(boards) {
    if (this.#relay) this.#relay.show(this.#page, boards);
    else this.#port.postMessage({ do: "show", boards });
  }

  offline() {
    if (this.#relay) this.#relay.offline();
    else this.#port.postMessage({ do: "offline" });
  }

  /** Asks what is known of the stream; `hear` hears its `facts`. */
  askFacts() {
    if (this.#relay) this.#relay.tellFacts(this.#page);
    else this.#port.postMessage({ do: "facts" });
  }

  /** Whether one stream serves all tabs. */
  get isShared() {
    return this.#relay === null;
  }

  #useWorker(build) {
    const worker = new SharedWorker(trustedScriptUrl("stream-worker.js"), { type: "module", name: `tidings-${this.#user}-${build}-${document.documentElement.lang}` });
    worker.addEventListener("error", () => this.#failOver());
    this.#timer = setTimeout(() => this.#failOver(), WORKER_TIMEOUT);
    this.#port = worker.port;
    this.#port.addEventListener("message", ({ data }) => {
      clearTimeout(this.#timer);
      if (!this.#relay) this.#hear(data);
    });
    this.#port.start();
  }

  #failOver() {
    clearTimeout(this.#timer);
    if (this.#relay) return;
    this.leave();
    this.#useOwnRelay();
    this.#lost();
  }

  #useOwnRelay() {
    this.#relay = new Relay(this.#user, document.documentElement.lang, 0);
    this.#page = { postMessage: (news) => this.#hear(news) };
  }

  /** The page holds the lock until it leaves or dies; then the worker, which waits for it, gets it. */
  #holdLock() {
    if (!navigator.locks) return;
    this.#release();
    const lock = `tidings-page-${Date.now()}-${Math.random()}`;
    const held = new Promise((release) => { this.#release = release; });
    const hold = () => { this.#port.postMessage({ do: "lock", lock }); return held; };
    navigator.locks.request(lock, hold).catch(() => {});
  }
}
