// <written-posts data-cursor user>: the list of what one wrote or coordinates, as it is now. The server says which posts are in it;
// the list is asked for anew when the stream tells of one of them, and now and then, as nobody is told when a post is handed over.
// A row changes where it stands; rows come and go when nobody is at the list, or by the button that counts the new ones.

import { askAgain, pause } from "./asking.js";
import { Attention } from "./attention.js";
import { settle } from "./settling.js";
import { say } from "./texts.js";
import { trustedHtml } from "./trusted-types.js";

/** What comes together is asked for once, and not by all pages at the same moment. */
const SPREAD = 300;
const LOOK_INTERVAL = 30_000;
const MAX_TRIES = 5;

export class WrittenPosts extends HTMLElement {
  #attention;
  #isAsking = false;
  #asksAgain = false;
  /** The list as it is now, while its rows wait to be shown. */
  #fresh = null;
  /** Its reader was signed out, and nothing is shown. */
  #isEmptied = false;

  connectedCallback() {
    this.#attention = new Attention(this, () => this.#showIfFree());
    for (const name of ["stream:post", "stream:change"]) document.addEventListener(name, ({ detail }) => this.#told(detail));
    document.addEventListener("stream:reset", () => this.#ask());
    document.addEventListener("stream:state", ({ detail }) => this.#follow(detail.name));
    document.addEventListener("visibilitychange", () => document.hidden || this.#ask());
    addEventListener("scroll", () => scrollY <= 4 && this.#showIfFree(), { passive: true });
    this.addEventListener("click", (event) => event.target.closest(".new-posts-button") && this.#goToNewest());
    setInterval(() => document.hidden || this.#ask(), LOOK_INTERVAL);
  }

  #told({ post, author }) {
    if (String(author) === this.getAttribute("user") || rowsOf(this).has(String(post))) this.#ask();
  }

  #follow(state) {
    if (state === "live" && this.#isEmptied) this.#ask();
    if (state !== "signed-out") return;
    this.#isEmptied = true;
    this.#fresh = null;
    this.replaceChildren();
  }

  async #ask() {
    this.#asksAgain = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#asksAgain) {
      await pause(Math.random() * SPREAD);
      this.#asksAgain = false;
      const page = await askAgain(location.pathname + location.search, MAX_TRIES);
      const fresh = page && new DOMParser().parseFromString(trustedHtml(page), "text/html").querySelector("written-posts");
      // Somebody else may have signed in meanwhile: their page is not this one's.
      if (fresh?.getAttribute("user") === this.getAttribute("user")) this.#take(fresh);
    }
    this.#isAsking = false;
  }

  #take(fresh) {
    if (document.documentElement.dataset.stream === "signed-out") return;
    this.#isEmptied = false;
    const rows = rowsOf(this);
    for (const [post, row] of rowsOf(fresh)) {
      const shown = rows.get(post);
      if (shown && Number(shown.dataset.version) < Number(row.dataset.version)) replace(shown, row.cloneNode(true));
      else if (shown) count(shown, row);
    }
    this.#fresh = fresh;
    if (!this.#showIfFree()) this.#showButton();
  }

  /** Whether rows may come and go: nobody is at the list, and its beginning is in view. */
  get #isFree() {
    const masthead = document.querySelector(".masthead")?.getBoundingClientRect().bottom ?? 0;
    const isAtStart = this.getBoundingClientRect().top >= Math.max(masthead, 0) - 1;
    return rowsOf(this).size === 0 || isAtStart && !this.#attention.isHere;
  }

  #showIfFree() {
    if (!this.#fresh || !this.#isFree) return false;
    this.#show();
    return true;
  }

  /** The rows that are new. */
  #show() {
    const [shown, fresh] = [rowsOf(this), rowsOf(this.#fresh)];
    const isSame = [...shown.keys()].join() === [...fresh.keys()].join();
    const rows = [...fresh].map(([post, row]) => shown.get(post) ?? row);
    if (!isSame || shown.size === 0) {
      this.replaceChildren(...this.#fresh.childNodes);
      this.querySelector("tbody")?.replaceChildren(...rows);
      settle(this);
    }
    this.#fresh = null;
    this.#showButton();
    return rows.filter((row) => !shown.has(row.dataset.post));
  }

  #showButton() {
    const newer = this.querySelector(".new-posts");
    if (!newer) return;
    const shown = rowsOf(this);
    const count = this.#fresh ? [...rowsOf(this.#fresh).keys()].filter((post) => !shown.has(post)).length : 0;
    newer.firstElementChild.textContent = say("script-new-posts", { count });
    if (newer.hidden && count > 0) settle(newer);
    newer.hidden = count === 0;
  }

  #goToNewest() {
    if (!this.#fresh) return;
    const [first] = this.#show();
    scrollTo({ top: 0, behavior: "instant" });
    first?.querySelector("a")?.focus({ preventScroll: true });
  }
}

/** The rows of a list, by the number of their post. */
function rowsOf(list) {
  return new Map([...list.querySelectorAll("tr[data-post]")].map((row) => [row.dataset.post, row]));
}

/** Puts a newer row in the place of one, which keeps the focus. */
function replace(row, fresh) {
  const focused = [...row.querySelectorAll("a")].indexOf(document.activeElement);
  row.replaceWith(fresh);
  if (focused >= 0) ([...fresh.querySelectorAll("a")][focused] ?? fresh.querySelector("a")).focus({ preventScroll: true });
}

/** Says how many said something by now; who has the focus on it keeps it. */
function count(row, fresh) {
  const [shown, now] = [row, fresh].map((one) => one.querySelector(".written-numbers"));
  if (shown.innerHTML !== now.innerHTML) shown.replaceChildren(...now.cloneNode(true).childNodes);
}
