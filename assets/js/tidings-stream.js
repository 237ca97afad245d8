// <tidings-stream user build>: follows the stream for this page, keeps its cursor and <html data-stream>, and tells
// the others by events on the document: stream:state, stream:hello, stream:post, stream:change, stream:cards,
// stream:receipts, stream:reset. Whoever sends stream:retry wants to be connected now; stream:ask is answered by
// stream:facts. It asks for the boards that stand on the page; one that comes later sends board:appeared.
// What it tells waits until release(), when all of the page is there to hear it.

import { covers, idOf, isPast, sameEpoch } from "./cursor.js";
import { RelayClient } from "./relay-client.js";

/** An older post that arrives is caught up on quietly, even on a page that was just opened. */
const MAX_NEWS_AGE = 60 * 1000;
/** Even where the rest of the page cannot be loaded, the list is not kept waiting for longer. */
const MAX_HOLD_TIME = 5000;

export class TidingsStream extends HTMLElement {
  #relay;
  #cursor = null;
  /** Names the reset since which we have the cursor; the relay wants to know it when we join again. */
  #lineage = null;
  /** The list is being fetched again; what arrives meanwhile comes once more when we join at its cursor. */
  #reloading = false;
  #left = true;
  /** We were cut off or asleep, so what comes up to the head of the next hello was missed. */
  #away = false;
  #wasAway = false;
  #caughtUpAt = 0;
  #serverTime = 0;
  /** What waits to be told, [name, detail]; null when nothing waits any more. */
  #held = [];

  connectedCallback() {
    this.#cursor = document.querySelector("post-feed, post-page, connection-doctor, written-posts")?.dataset.cursor || null;
    this.#relay = new RelayClient({
      user: this.getAttribute("user"),
      build: this.getAttribute("build"),
      hear: (news) => this.#hear(news),
      lost: () => this.#join(),
    });
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.#join());
    addEventListener("online", () => this.#relay.look());
    addEventListener("offline", () => this.#relay.offline());
    document.addEventListener("stream:retry", () => this.#relay.look());
    document.addEventListener("stream:ask", () => this.#relay.askFacts());
    document.addEventListener("visibilitychange", () => this.#seen());
    document.addEventListener("freeze", () => { this.#away = true; });
    document.addEventListener("resume", () => this.#join());
    document.addEventListener("board:appeared", () => this.#left || this.#relay.show(this.#boards));
    document.addEventListener("feed:reloaded", ({ detail }) => this.#reloaded(detail.cursor));
    setTimeout(() => this.release(), MAX_HOLD_TIME);
    this.#join();
  }

  /** Tells what has waited, in its order, and from now on everything at once. */
  release() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const [name, detail] of held) this.#dispatch(name, detail);
  }

  /** Where this page is. */
  get cursor() {
    return this.#cursor;
  }

  get #feed() {
    return document.querySelector("post-feed");
  }

  get #boards() {
    return [...document.querySelectorAll("card-board, post-roster, post-page[board]")].map((board) => board.getAttribute("board"));
  }

  #join() {
    this.#left = this.#relay.resting;
    const [cursor, lineage, boards] = [this.#cursor, this.#lineage, this.#boards];
    this.#relay.join({ cursor, lineage, seen: !document.hidden, boards });
  }

  #leave() {
    this.#left = true;
    this.#away = true;
    this.#relay.leave();
    this.#become({ name: "closed", since: Date.now() });
  }

  #seen() {
    if (this.#relay.resting) this.#leave();
    else if (this.#left) this.#join();
    else this.#relay.see(!document.hidden);
  }

  #hear({ state, event, facts, lineage, speaks = false }) {
    if (facts) return this.#tell("stream:facts", { ...facts, isShared: this.#relay.isShared });
    // A list that is being fetched may be older than this.
    if (!this.#reloading) this.#lineage = lineage;
    if (state) this.#become(state);
    if (event) this.#received(event, speaks);
  }

  #become(state) {
    if (state.name === "reconnecting" || state.name === "signed-out") this.#away = true;
    document.documentElement.dataset.stream = state.name === "closed" ? "connecting" : state.name;
    this.#tell("stream:state", state);
  }

  /** Of all pages of this browser, one speaks of an event. */
  #received({ name, id, data }, speaks) {
    if (name === "cards") return this.#tell("stream:cards", data);
    if (name === "receipts") return this.#tell("stream:receipts", data);
    if (name === "roster") return this.#tell("stream:roster", data);
    if (this.#reloading) return;
    const isDoubtful = name === "hello" && this.#mayBeLost(id);
    if (name === "hello") this.#greeted(data);
    if (name === "reset" || isDoubtful || (id && !sameEpoch(id, this.#cursor))) return this.#startOver(id);
    if (name === "post") this.#post(id, { ...data, speaks });
    if (name === "change") this.#change(id, { ...data, speaks });
    if (name === "ping") this.#moveTo(id);
  }

  /** Our page was made further on than the stream goes on from, and between the two the log may have lost its end. */
  #mayBeLost(start) {
    return this.#away && this.#cursor !== null && isPast(this.#cursor, start);
  }

  #greeted(hello) {
    this.#cursor ??= hello.head;
    this.#serverTime = Date.parse(hello.server_time);
    this.#caughtUpAt = idOf(hello.head);
    this.#wasAway = this.#away;
    this.#away = false;
    const updated = hello.build !== this.getAttribute("build");
    this.#tell("stream:hello", { missed: this.#wasAway, updated, serverTime: this.#serverTime });
  }

  #post(id, post) {
    // Another page's stream was behind: what we have already may have changed since our page was made.
    if (covers(this.#cursor, id)) return this.#tell("stream:change", { ...post, id, missed: true });
    this.#moveTo(id);
    this.#tell("stream:post", { ...post, id, missed: this.#isMissed(id, post) });
  }

  #change(id, post) {
    if (covers(this.#cursor, id)) return;
    this.#moveTo(id);
    const missed = this.#away || (this.#wasAway && idOf(id) <= this.#caughtUpAt);
    this.#tell("stream:change", { ...post, id, missed });
  }

  #isMissed(id, post) {
    if (this.#away) return true;
    if (idOf(id) > this.#caughtUpAt) return false;
    return this.#wasAway || this.#serverTime - Date.parse(post.published_at) > MAX_NEWS_AGE;
  }

  #moveTo(id) {
    if (id && !covers(this.#cursor, id)) this.#cursor = id;
  }

  /** Our cursor cannot be served. A feed fetches its list again; other pages have nothing that could be missing. */
  #startOver(head) {
    this.#reloading = this.#feed !== null;
    this.#cursor = head;
    this.#tell("stream:reset", {});
  }

  #reloaded(cursor) {
    this.#reloading = false;
    this.#away = false;
    this.#cursor = cursor;
    this.#join();
  }

  /** The state is shown at once, and told again in its place for who comes later. */
  #tell(name, detail) {
    this.#held?.push([name, detail]);
    if (!this.#held || name === "stream:state") this.#dispatch(name, detail);
  }

  #dispatch(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}
