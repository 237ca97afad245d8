// Shares one stream between several pages. A page is anything with postMessage; it joins with its cursor and the boards
// that it shows, hears states and events, and leaves. The relay runs in the shared worker, or in the page itself where
// there is none.

import { covers } from "./cursor.js";
import { BoardPictures } from "./board-pictures.js";
import { isGone } from "./gone.js";
import { ReadState } from "./read-state.js";
import { RecentEvents } from "./recent-events.js";
import { StreamHistory } from "./stream-history.js";
import { Supervisor } from "./supervisor.js";

/** The server takes no more boards of one stream. */
const MAX_BOARDS = 20;
/** The boards of a page that was left are told of for so long: whoever goes from page to page may come back. */
const UNWATCH_DELAY = 10_000;

export class Relay {
  #supervisor;
  #recent = new RecentEvents();
  #pictures = new BoardPictures();
  #read;
  #history = new StreamHistory();
  /** The pages, each with the boards that it shows. */
  #pages = new Map();
  /** The pages that somebody looks at, the last one last. */
  #visible = new Set();
  #hello = null;
  /** Up to which event a page was told to speak of it. */
  #spokenThrough = null;
  /** Names the time since the last reset. A cursor from before it may belong to a log that is gone. */
  #lineage = newLineage();
  /** The server's clock is so many milliseconds ahead of ours. */
  #ahead = 0;
  #closeDelay;
  #closing = 0;
  #unwatching = 0;

  /** The stream is in the pages' language. It closes after `closeDelay` milliseconds without pages, so that going from page to page keeps it. */
  constructor(user, language, closeDelay) {
    this.#closeDelay = closeDelay;
    this.#read = new ReadState(user);
    const tell = { state: (state) => this.#become(state), event: (event) => this.#received(event) };
    this.#supervisor = new Supervisor(user, tell, () => this.#visible.size > 0, { language });
  }

  /** A page that joins again says in which lineage it got its cursor. */
  join(page, { cursor, lineage, seen, boards }) {
    clearTimeout(this.#closing);
    this.#pages.set(page, boards);
    this.#mark(page, seen);
    this.#watch();
    const isOther = lineage && lineage !== this.#lineage;
    if (cursor && (isOther || !this.#recent.reaches(cursor))) this.#goBackTo(cursor);
    // Whoever joins was given a page just now: they may have signed in again since.
    else if (["closed", "signed-out"].includes(this.#supervisor.state.name)) this.#supervisor.open();
    else this.#supervisor.look();
    this.#welcome(page, cursor);
  }

  leave(page) {
    this.#pages.delete(page);
    this.#visible.delete(page);
    if (this.#pages.size > 0) return this.#watch();
    clearTimeout(this.#closing);
    clearTimeout(this.#unwatching);
    if (this.#closeDelay === 0) this.#supervisor.close();
    else this.#closing = setTimeout(() => this.#supervisor.close(), this.#closeDelay);
  }

  look() {
    this.#supervisor.look();
  }

  /** Says whether somebody looks at the page. */
  see(page, seen) {
    if (this.#pages.has(page)) {
      this.#mark(page, seen);
      this.#watch();
    }
    if (seen) this.#supervisor.look();
  }

  /** Says which boards the page shows from now on. */
  show(page, boards) {
    if (!this.#pages.has(page)) return;
    this.#pages.set(page, boards);
    this.#watch();
    this.#showPictures(page);
  }

  /** Tells a page what the stream has lived through, and how many pages share it. */
  tellFacts(page) {
    page.postMessage({ facts: { ...this.#history.facts, pages: this.#pages.size }, lineage: this.#lineage });
  }

  offline() {
    this.#supervisor.offline();
  }

  #mark(page, seen) {
    this.#visible.delete(page);
    if (seen) this.#visible.add(page);
  }

  /** The page that speaks for all of them. */
  get #speaker() {
    return [...this.#visible].at(-1) ?? [...this.#pages.keys()].at(-1);
  }

  /** Those that somebody looks at come first. */
  get #boards() {
    const boards = [...this.#visible, ...this.#pages.keys()].flatMap((page) => this.#pages.get(page));
    return [...new Set(boards)].slice(0, MAX_BOARDS);
  }

  /** Has the stream tell of what the pages show: of more at once, of less after a while. */
  #watch() {
    clearTimeout(this.#unwatching);
    const [boards, watched] = [this.#boards, this.#supervisor.boards];
    const isMore = boards.some((board) => !watched.includes(board));
    if (isMore || this.#supervisor.state.name !== "live") this.#supervisor.watch(boards);
    else if (boards.length < watched.length) this.#unwatching = setTimeout(() => this.#supervisor.watch(this.#boards), UNWATCH_DELAY);
  }

  /** The server has what the joining page needs and we do not. Other pages ignore what they already know. */
  #goBackTo(cursor) {
    this.#recent.restart(cursor);
    this.#supervisor.open(cursor);
  }

  #welcome(page, cursor) {
    const { state } = this.#supervisor;
    const lineage = this.#lineage;
    if (state.name === "live" || state.name === "polling") {
      const server_time = new Date(Date.now() + this.#ahead).toISOString();
      const data = { ...this.#hello, head: this.#supervisor.cursor, server_time };
      page.postMessage({ event: { name: "hello", id: this.#supervisor.cursor, data }, lineage });
    }
    page.postMessage({ state, lineage });
    this.#showPictures(page);
    if (cursor) for (const event of this.#recent.after(cursor)) page.postMessage({ event, lineage, speaks: !this.#isSpoken(event) });
    if (cursor) this.#spokenThrough = this.#supervisor.cursor;
    if (this.#read.picture) page.postMessage({ event: receiptsOf(this.#read.picture), lineage });
  }

  /** What was told of its boards before. What was told before a cut may be out of date: then all comes again. */
  #showPictures(page) {
    if (!["live", "polling"].includes(this.#supervisor.state.name)) return;
    for (const data of this.#pictures.of(this.#pages.get(page))) {
      page.postMessage({ event: { name: "cards", id: "", data }, lineage: this.#lineage });
    }
  }

  #received(event) {
    this.#history.hear(event);
    if (event.name === "cards") return this.#tellWatchers(event);
    if (event.name === "roster") return this.#tellThoseOf(`roster:${event.data.post}`, event);
    if (event.name === "receipts") return this.#tellAll({ event: receiptsOf(this.#read.take(event.data)) });
    if (event.name === "hello" && this.#isNoNews(event)) return this.#greeted(event);
    if (event.name === "hello") this.#greeted(event);
    if (event.name === "post" || event.name === "change") this.#recent.add(event);
    if (event.name === "reset") this.#startOver(event.id);
    // First, so that a row is shown as unread from the beginning.
    const receipts = this.#receiptsBy(event);
    if (receipts) this.#tellAll({ event: receiptsOf(receipts) });
    this.#tellAll({ event }, this.#isSpoken(event) ? null : this.#speaker);
    if (this.#speaker && event.id) this.#spokenThrough = event.id;
  }

  #receiptsBy(event) {
    if (event.name === "post") return this.#read.add(event);
    return event.name === "change" && isGone(event.data) ? this.#read.remove(event) : null;
  }

  #isSpoken({ id }) {
    return Boolean(id && this.#spokenThrough) && covers(this.#spokenThrough, id);
  }

  #become(state) {
    this.#history.follow(state);
    if (state.name === "signed-out") this.#read.forget();
    this.#tellAll({ state });
  }

  /** The pages know all that it says, and go on as if nothing had happened. */
  #isNoNews({ data, isUnnoticed }) {
    return isUnnoticed && data.resumed && data.build === this.#hello?.build;
  }

  #greeted({ id, data }) {
    this.#hello = data;
    this.#pictures.clear();
    this.#ahead = Date.parse(data.server_time) - Date.now() || 0;
    if (!data.resumed || !this.#recent.started) this.#recent.restart(id);
  }

  #startOver(head) {
    this.#recent.restart(head);
    this.#lineage = newLineage();
  }

  #tellWatchers(event) {
    this.#pictures.take(event.data);
    const { board } = event.data;
    for (const [page, boards] of this.#pages) {
      if (boards.includes(board)) page.postMessage({ event, lineage: this.#lineage });
    }
  }

  #tellThoseOf(name, event) {
    for (const [page, boards] of this.#pages) {
      if (boards.includes(name)) page.postMessage({ event, lineage: this.#lineage });
    }
  }

  #tellAll(news, speaker = null) {
    for (const page of this.#pages.keys()) page.postMessage({ ...news, lineage: this.#lineage, speaks: page === speaker });
  }
}

function receiptsOf(data) {
  return { name: "receipts", id: "", data };
}

/** Differs between workers, too. */
function newLineage() {
  return `${Date.now()}-${Math.random()}`;
}
