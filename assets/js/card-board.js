// <card-board board [only]>: keeps the cards of a board as the stream tells them, each in its place in its section; with
// `only`, the one card of that key. However fast they change, a frame is given little work, and each card shows its latest.

import { markAge, showAges } from "./ages.js";
import { morph } from "./morph.js";
import { trustedHtml } from "./trusted-types.js";
import { say } from "./texts.js";

/** So many milliseconds of a frame are spent on cards; the others wait for the next one. */
const WORK_TIME = 8;
/** In a tab that nobody looks at there are no frames; the cards are brought up to date this often. */
const MAX_WAIT = 1000;

/** The worse come first. */
const CONCERNS = ["critical", "warning", "stalled", "old"];

export class CardBoard extends HTMLElement {
  /** By key: what a card is to become, or that it is gone. */
  #due = new Map();
  /** Runs while work is due. */
  #timer = 0;
  #isHeard = new AbortController();

  connectedCallback() {
    this.#isHeard = new AbortController();
    const { signal } = this.#isHeard;
    document.addEventListener("stream:cards", ({ detail }) => this.#told(detail), { signal });
    document.addEventListener("stream:reset", () => this.#doubtAll(), { signal });
    document.addEventListener("stream:state", ({ detail }) => detail.name === "signed-out" && this.#empty(), { signal });
    this.addEventListener("card:aged", () => this.#summarise(), { signal });
    showAges(this);
    this.dispatchEvent(new CustomEvent("board:appeared", { bubbles: true }));
  }

  disconnectedCallback() {
    this.#isHeard.abort();
    this.#due.clear();
  }

  get #cards() {
    return [...this.querySelectorAll(".card")];
  }

  /** What is told is so up to `rev`: a card that was shown later, by the page itself, stays. */
  #told({ board, all, rev, about, cards, gone }) {
    if (board !== this.getAttribute("board")) return;
    if (about) this.#introduce(about);
    else if (all) this.#forget();
    const isGone = { isGone: true, through: rev };
    if (all) this.#due.clear();
    for (const key of all ? this.#cards.map((card) => card.dataset.card) : gone) this.#due.set(key, isGone);
    for (const card of cards) this.#due.set(card.key, { ...card, through: all ? rev : card.rev - 1 });
    const only = this.getAttribute("only");
    if (only) for (const key of this.#due.keys()) if (key !== only) this.#due.delete(key);
    this.#workSoon();
  }

  /** What is said of the board itself: its name, and that nothing on it raises alarms. */
  #introduce({ name, pause }) {
    this.#name(name, `${name} · Tidings`);
    const head = this.querySelector(".page-head");
    if (!head) return;
    this.querySelector(".board-pause")?.remove();
    const line = parse(pause, ".board-pause");
    if (line) head.after(line);
    showAges(this);
  }

  /** It may not be seen any more: a screen that nobody touches does not go on to say what it is called. */
  #forget() {
    if (isWall()) this.#name("Tidings", "Tidings");
  }

  #name(name, title) {
    for (const heading of document.querySelectorAll(`[data-board-name="${CSS.escape(this.getAttribute("board"))}"]`)) put(heading, name);
    if (isWall()) document.title = title;
  }

  #workSoon() {
    if (this.#timer) return;
    const work = () => {
      cancelAnimationFrame(frame);
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#work();
    };
    const frame = requestAnimationFrame(work);
    this.#timer = setTimeout(work, MAX_WAIT);
  }

  #work() {
    const end = performance.now() + WORK_TIME;
    for (const [key, wanted] of this.#due) {
      this.#due.delete(key);
      this.#show(key, wanted);
      if (performance.now() > end) break;
    }
    if (this.#due.size > 0) this.#workSoon();
    else this.#summarise();
  }

  #show(key, wanted) {
    const shown = this.querySelector(`.card[data-card="${CSS.escape(key)}"]`);
    if (shown && Number(shown.dataset.rev ?? 0) > wanted.through) return;
    if (wanted.isGone) return this.#remove(shown);
    const card = parse(wanted.html, "li");
    if (!card) return;
    const isInPlace = shown?.dataset.place === card.dataset.place;
    if (shown) morph(shown, card);
    if (!isInPlace) this.#put(shown ?? card);
    entitle(shown ?? card, wanted.section);
    markAge(shown ?? card);
  }

  #remove(card) {
    const list = card?.parentElement;
    card?.remove();
    if (list && !list.firstElementChild) list.closest(".board-section")?.remove();
  }

  /** Puts a card where its board has it; the focus stays where it is. */
  #put(card) {
    const focused = card.contains(document.activeElement) ? document.activeElement : null;
    const before = card.parentElement;
    const list = this.#listFor(card);
    list.insertBefore(card, successor(list.children, card, "place"));
    if (before && before !== list && !before.firstElementChild) before.closest(".board-section")?.remove();
    focused?.focus({ preventScroll: true });
  }

  #listFor(card) {
    if (this.hasAttribute("only")) return this.querySelector(".cards");
    const [number] = card.dataset.place.split(" ");
    const sections = this.querySelectorAll(".board-section");
    const known = [...sections].find((section) => section.dataset.section === number);
    if (known) return known.querySelector(".cards");
    const section = sectionOf(number);
    this.insertBefore(section, successor(sections, section, "section") ?? this.querySelector(".empty-state"));
    return section.querySelector(".cards");
  }

  /** Another log has other revs: what comes next is so, whatever is shown. */
  #doubtAll() {
    for (const card of this.#cards) card.removeAttribute("data-rev");
  }

  /** What a board shows is for who may see it. */
  #empty() {
    this.#due.clear();
    for (const card of this.#cards) this.#remove(card);
    this.#summarise();
  }

  #summarise() {
    const [count, worst] = [this.querySelector(".board-count"), this.querySelector(".board-worst")];
    if (!count || !worst) return;
    const cards = this.#cards;
    const first = CONCERNS.map((concern) => cards.find((card) => card.classList.contains(concern))).find(Boolean);
    put(count, say("script-cards", { count: cards.length }));
    put(worst.querySelector("bdi"), first?.querySelector(".card-title").textContent.trim() ?? "");
    worst.hidden = !first;
  }
}

function isWall() {
  return document.documentElement.classList.contains("wall");
}

/** The first of these that stands after an element, in the order of this mark. */
function successor(elements, element, mark) {
  const isLater = (other) => other.dataset[mark] > element.dataset[mark];
  const others = [...elements].filter((other) => other !== element);
  return others.length > 0 && isLater(others.at(-1)) ? others.find(isLater) : null;
}

function sectionOf(number) {
  const section = document.createElement("section");
  section.className = "board-section";
  section.dataset.section = number;
  const list = document.createElement("ul");
  list.className = "cards";
  section.append(document.createElement("h2"), list);
  return section;
}

/** Gives the section of a card its heading; a section without one has one for those who hear the page. */
function entitle(card, heading) {
  const title = card.closest(".board-section")?.querySelector("h2");
  if (!title) return;
  const name = heading ? "board-heading" : "visually-hidden";
  if (title.className !== name) title.className = name;
  put(title, heading || say("script-cards-heading"));
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function parse(text, what) {
  const template = document.createElement("template");
  template.innerHTML = trustedHtml(text);
  return template.content.querySelector(what);
}
