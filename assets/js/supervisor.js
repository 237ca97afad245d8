// Keeps one EventSource open for ever. EventSource gives up for good on any answer but 200 and says nothing about
// silence, so the back-off, the watchdog and the question "are we still signed in?" are ours.
//
// States: closed, connecting, live, reconnecting (with `until`, when the next attempt starts), signed-out.

const SECOND = 1000;
/** A stream that has not said hello by then is given up. */
const HELLO_WITHIN = 15 * SECOND;
/** Heartbeats that may be missing before the stream counts as dead. */
const SILENT_HEARTBEATS = 2.5;
const SHORTEST_WAIT = 1 * SECOND;
const LONGEST_WAIT = 30 * SECOND;
/** A restarting server is back within seconds; the spread keeps its browsers from arriving together. */
const RESTART_WAIT = [1 * SECOND, 5 * SECOND];

const EVENTS = ["hello", "post", "ping", "reset", "bye"];

export class Supervisor {
  cursor = null;
  state = { name: "closed", since: Date.now() };
  #user;
  #tell;
  #source = null;
  #timer = 0;
  #heard = 0;
  #heartbeat = 15 * SECOND;
  #failures = 0;
  /** Grows with every new start, so that a late answer of an older one is not acted on. */
  #turn = 0;

  /** `tell.state(state)` hears every change of state, `tell.event({name, id, data, size})` every event but `bye`. */
  constructor(user, tell) {
    this.#user = String(user);
    this.#tell = tell;
  }

  open(cursor = this.cursor) {
    this.#stop();
    this.cursor = cursor;
    this.#become(this.#isBack() ? "reconnecting" : "connecting");
    const source = new EventSource(cursor ? `/stream?after=${encodeURIComponent(cursor)}` : "/stream");
    this.#source = source;
    for (const name of EVENTS) source.addEventListener(name, (event) => this.#received(source, name, event));
    source.addEventListener("error", () => this.#failed(source));
    this.#timer = setTimeout(() => this.#wait(this.#backOff()), HELLO_WITHIN);
  }

  close() {
    this.#stop();
    this.#become("closed");
  }

  /** Something may have changed (the tab is seen again, the network is back): look now, not when a timer fires. */
  look() {
    const { name } = this.state;
    if (name === "live" && Date.now() - this.#heard > this.#patience()) this.#silent();
    else if (name === "reconnecting" && this.state.until) this.open();
    else if (name === "signed-out") this.#ask(() => this.open());
  }

  /** The browser says that there is no network. It may be wrong (a server on this machine), so we do try again. */
  offline() {
    if (this.#source) this.#wait(this.#backOff());
  }

  #received(source, name, event) {
    if (source !== this.#source) return;
    this.#heard = Date.now();
    if (event.lastEventId) this.cursor = event.lastEventId;
    const data = JSON.parse(event.data);
    if (name === "bye") return this.#parted(data.reason);
    if (name === "hello") this.#greeted(data);
    this.#tell.event({ name, id: event.lastEventId, data, size: event.data.length });
    if (name === "hello") this.#become("live");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silent(), this.#patience());
  }

  #greeted(hello) {
    this.#failures = 0;
    if (hello.heartbeat > 0) this.#heartbeat = hello.heartbeat * SECOND;
  }

  #parted(reason) {
    this.#stop();
    if (reason === "restart") this.#wait(between(...RESTART_WAIT));
    else this.#ask();
  }

  #failed(source) {
    if (source !== this.#source) return;
    const refused = source.readyState === EventSource.CLOSED;
    this.#stop();
    if (refused) this.#ask();
    else this.#wait(this.#backOff());
  }

  #silent() {
    this.#become("reconnecting");
    this.open();
  }

  /** Asks whether the session still stands, and for the same person. */
  async #ask(stands = () => this.#wait(this.#backOff())) {
    this.#stop();
    const turn = this.#turn;
    const wasSignedOut = this.state.name === "signed-out";
    if (!wasSignedOut) this.#become("reconnecting");
    const session = await askSession();
    if (turn !== this.#turn) return;
    if (session && String(session.user?.id) !== this.#user) this.#become("signed-out");
    else if (session || !wasSignedOut) stands();
  }

  #wait(milliseconds) {
    this.#stop();
    this.#become("reconnecting", Date.now() + milliseconds);
    this.#timer = setTimeout(() => this.open(), milliseconds);
  }

  /** Full jitter: anywhere between the shortest wait and a ceiling that doubles. */
  #backOff() {
    this.#failures = Math.min(this.#failures + 1, 5);
    return between(SHORTEST_WAIT, Math.min(LONGEST_WAIT, 2 ** this.#failures * SECOND));
  }

  #patience() {
    return SILENT_HEARTBEATS * this.#heartbeat;
  }

  #isBack() {
    return this.state.name === "reconnecting" || this.state.name === "signed-out";
  }

  #stop() {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  /** `since` is when we became live, or when we stopped being it. */
  #become(name, until = 0) {
    const before = this.state;
    const turned = (name === "live") !== (before.name === "live") || before.name === "closed";
    this.state = { name, until, since: turned ? Date.now() : before.since };
    this.#tell.state(this.state);
  }
}

/** The session as the server sees it, or null when it cannot be asked. */
async function askSession() {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 10 * SECOND);
  try {
    const answer = await fetch("/session", { cache: "no-store", credentials: "same-origin", signal: abort.signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function between(low, high) {
  return low + Math.random() * (high - low);
}
