// Keeps one EventSource open for ever. EventSource gives up for good on any answer but 200 and says nothing about
// silence, so the back-off, the watchdog and the question "are we still signed in?" are ours.
//
// Some proxies hand an answer on only when it is whole, and a stream never is. Behind one, we ask every now and then
// for an answer that ends when everything is sent.
//
// States: closed, connecting, live, polling, reconnecting (with `until`, when the next attempt starts), signed-out.

import { covers } from "./cursor.js";
import { askSession } from "./session.js";

const SECOND = 1000;
/** A stream that has not said hello by then is held back on its way, or gone. */
const HELLO_TIMEOUT = 10 * SECOND;
/** Where streams are held back, a request follows the last answer after this time. */
const POLL_INTERVAL = 15 * SECOND;
/** After so many requests a stream is tried again: a laptop may be on another network by then. */
const MAX_POLLS = 20;
/** A stream that misses more heartbeats counts as dead. */
const MAX_MISSED_HEARTBEATS = 2.5;
const MIN_RETRY_DELAY = 1 * SECOND;
const MAX_RETRY_DELAY = 30 * SECOND;
/** Holds while somebody looks at a page, unless the server has told us to stay away. */
const MAX_VISIBLE_RETRY_DELAY = 5 * SECOND;
/** A restarting server is back within seconds; the spread keeps its browsers from arriving together. */
const RESTART_DELAY = [1 * SECOND, 5 * SECOND];
/** A stream that was to take the place of another, and was refused, is tried again after this time. */
const REPLACEMENT_DELAY = [5 * SECOND, 15 * SECOND];

const EVENTS = ["hello", "post", "change", "cards", "receipts", "roster", "ping", "reset", "bye"];

export class Supervisor {
  cursor = null;
  /** The boards that the stream is to tell of, by name. */
  boards = [];
  state = { name: "closed", since: Date.now() };
  #user;
  #tell;
  #isSeen;
  #path;
  #language;
  #askWho;
  #source = null;
  /** The boards that the source tells of, and by which name the server knows it. */
  #watched = [];
  #stream = null;
  /** The source that will take the place of the other one once it has said hello, and the boards that it tells of. */
  #next = null;
  #nextBoards = [];
  #nextTimer = 0;
  /** Whether the answer of the source has begun, and whether it has said hello. */
  #opened = false;
  #greeted = false;
  /** So many more answers are asked for before a stream is tried again; 0 where streams come through. */
  #polls = 0;
  /** Whether an answer has come, and no stream since: then it was not the end of an outage that let it through. */
  #isHeldBack = false;
  #timer = 0;
  #heard = 0;
  #heartbeat = 15 * SECOND;
  #failures = 0;
  /** Grows with every new start, so that a late answer of an older one is not acted on. */
  #attempt = 0;

  /**
   * `tell.state(state)` hears every change of state, `tell.event({name, id, data, size, isUnnoticed})` every event but
   * `bye`: unnoticed is the hello of a stream that took the place of another. `isSeen()` says whether somebody looks at a
   * page, in `language`. A listener that is no user has a stream at another path, and another way to ask who it is.
   */
  constructor(user, tell, isSeen, { language = "", path = "/stream", ask = askSession } = {}) {
    this.#path = path;
    this.#language = language;
    this.#askWho = ask;
    this.#user = String(user);
    this.#tell = tell;
    this.#isSeen = isSeen;
  }

  open(cursor = this.cursor) {
    this.cursor = cursor;
    this.#connect(this.#polls > 0);
  }

  close() {
    this.#stop();
    this.#become("closed");
  }

  /** Has the stream tell of these boards. A live one goes on until another that does so takes its place. */
  watch(boards) {
    this.boards = boards;
    this.#replace();
  }

  /** Something may have changed (the tab is seen again, the network is back): look now, not when a timer fires. */
  look() {
    const { name } = this.state;
    if (name === "live" && Date.now() - this.#heard > this.#silenceTimeout()) this.#silent();
    else if (name === "polling" && !this.#source) this.open();
    else if (name === "reconnecting" && this.state.until) this.open();
    else if (name === "signed-out") this.#ask(() => this.open());
  }

  /** The browser says that there is no network. It may be wrong (a server on this machine), so we do try again. */
  offline() {
    if (this.#source || this.#next) this.#wait(this.#backOff());
  }

  /** Opens a stream, or asks for what there is, once. */
  #connect(once) {
    this.#stop();
    if (this.state.name !== "polling") this.#become(this.#isBack() ? "reconnecting" : "connecting");
    this.#watched = this.boards;
    this.#source = this.#sourceOf(once, null);
    this.#timer = setTimeout(() => this.#unheard(once), HELLO_TIMEOUT);
  }

  #sourceOf(once, instead) {
    const source = new EventSource(address(this.#path, { language: this.#language, cursor: this.cursor, once, boards: this.boards, instead }));
    for (const name of EVENTS) source.addEventListener(name, (event) => this.#received(source, once, name, event));
    source.addEventListener("open", () => { if (source === this.#source) this.#opened = true; });
    source.addEventListener("error", () => this.#failed(source, once));
    return source;
  }

  /** Opens a stream that tells of the boards that are wanted, unless that is done. */
  #replace() {
    if (this.#next || this.state.name !== "live" || isSame(this.boards, this.#watched)) return;
    clearTimeout(this.#nextTimer);
    this.#nextBoards = this.boards;
    this.#next = this.#sourceOf(false, this.#stream);
    this.#nextTimer = setTimeout(() => this.#notReplaced(), HELLO_TIMEOUT);
  }

  /** The new one has said hello. */
  #replaced() {
    clearTimeout(this.#nextTimer);
    this.#source?.close();
    this.#source = this.#next;
    this.#watched = this.#nextBoards;
    this.#next = null;
  }

  /** The new one is not to be had. The server ends the old one when it has the new one. */
  #notReplaced() {
    clearTimeout(this.#nextTimer);
    this.#next.close();
    this.#next = null;
    if (!this.#source) return this.#wait(this.#backOff());
    this.#nextTimer = setTimeout(() => this.#replace(), between(...REPLACEMENT_DELAY));
  }

  #received(source, once, name, event) {
    const isUnnoticed = source === this.#next && name === "hello";
    if (isUnnoticed) this.#replaced();
    if (source !== this.#source) return;
    this.#heard = Date.now();
    const isKnown = this.#isKnown(event.lastEventId);
    // What the stream before it has told already comes once more.
    if (["post", "change"].includes(name) && isKnown) return;
    if (event.lastEventId && !(isUnnoticed && isKnown)) this.cursor = event.lastEventId;
    const data = JSON.parse(event.data);
    if (name === "bye") return this.#parted(data.reason);
    if (name === "hello") this.#wasGreeted(data, once);
    this.#tell.event({ name, id: this.cursor ?? "", data, size: event.data.length, isUnnoticed });
    if (name === "hello" && !isUnnoticed) this.#become(once ? "polling" : "live");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silent(), this.#silenceTimeout());
    if (name === "hello") this.#replace();
  }

  #isKnown(id) {
    return Boolean(id && this.cursor) && covers(this.cursor, id);
  }

  #wasGreeted(hello, once) {
    this.#failures = 0;
    this.#greeted = true;
    this.#stream = hello.stream ?? null;
    this.#polls = once ? this.#polls || (this.#isHeldBack ? MAX_POLLS : 1) : 0;
    this.#isHeldBack = once;
    if (hello.heartbeat > 0) this.#heartbeat = hello.heartbeat * SECOND;
  }

  #parted(reason) {
    this.#stop();
    if (reason === "restart") this.#wait(between(...RESTART_DELAY));
    else this.#ask();
  }

  #failed(source, once) {
    if (source === this.#next) return this.#notReplaced();
    if (source !== this.#source) return;
    if (this.#next) return this.#makeWay();
    const [opened, greeted] = [this.#opened, this.#greeted];
    const failed = source.readyState === EventSource.CLOSED;
    this.#stop();
    if (once && greeted) this.#rest();
    else if (failed) this.#ask();
    // An answer that ends without a hello asks us to come back later.
    else this.#wait(this.#backOff(opened && !greeted));
  }

  /** The server has ended the stream for the one that takes its place; or both are lost, which the other one tells. */
  #makeWay() {
    clearTimeout(this.#timer);
    this.#source.close();
    this.#source = null;
  }

  /** Everything there was has come; the next answer may be a stream again. */
  #rest() {
    this.#polls -= 1;
    this.#timer = setTimeout(() => this.open(), POLL_INTERVAL);
  }

  /** Nothing has come for long: perhaps an answer that ends comes through. */
  #unheard(once) {
    if (!once) return this.#connect(true);
    this.#polls = 0;
    this.#wait(this.#backOff());
  }

  #silent() {
    this.#become("reconnecting");
    this.open();
  }

  /** Asks whether the session still stands, and for the same person. */
  async #ask(stands = (isThere) => this.#wait(this.#backOff(isThere))) {
    this.#stop();
    const attempt = this.#attempt;
    const wasSignedOut = this.state.name === "signed-out";
    if (!wasSignedOut) this.#become("reconnecting");
    const session = await this.#askWho();
    if (attempt !== this.#attempt) return;
    if (session && String(session.user?.id) !== this.#user) this.#become("signed-out");
    else if (session || !wasSignedOut) stands(session !== null);
  }

  #wait(milliseconds) {
    this.#stop();
    this.#become("reconnecting", Date.now() + milliseconds);
    this.#timer = setTimeout(() => this.open(), milliseconds);
  }

  /** Full jitter: the delay is anywhere between the minimum and a ceiling that doubles. */
  #backOff(wasRefused = false) {
    this.#failures = Math.min(this.#failures + 1, 5);
    const longest = this.#isSeen() && !wasRefused ? MAX_VISIBLE_RETRY_DELAY : MAX_RETRY_DELAY;
    return between(MIN_RETRY_DELAY, Math.min(longest, 2 ** this.#failures * SECOND));
  }

  #silenceTimeout() {
    return MAX_MISSED_HEARTBEATS * this.#heartbeat;
  }

  #isBack() {
    return this.state.name === "reconnecting" || this.state.name === "signed-out";
  }

  #stop() {
    this.#attempt += 1;
    clearTimeout(this.#timer);
    clearTimeout(this.#nextTimer);
    this.#source?.close();
    this.#next?.close();
    this.#source = null;
    this.#next = null;
    this.#opened = false;
    this.#greeted = false;
  }

  /** `since` is when the page became live, or when it stopped being live. */
  #become(name, until = 0) {
    const before = this.state;
    const turned = (name === "live") !== (before.name === "live") || before.name === "closed";
    this.state = { name, until, since: turned ? Date.now() : before.since };
    this.#tell.state(this.state);
  }
}

function address(path, { language, cursor, once, boards, instead }) {
  const asked = new URLSearchParams();
  if (language) asked.set("lang", language);
  if (cursor) asked.set("after", cursor);
  if (once) asked.set("once", "1");
  if (boards.length > 0) asked.set("watch", boards.map((board) => board.includes(":") ? board : `board:${board}`).join());
  if (instead) asked.set("instead", instead);
  const query = asked.toString();
  return query ? `${path}?${query}` : path;
}

function isSame(some, others) {
  return some.length === others.length && some.every((one) => others.includes(one));
}

function between(low, high) {
  return low + Math.random() * (high - low);
}
