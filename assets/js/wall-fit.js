// Makes a board fit its screen, whatever it holds: as many columns as make its cards largest, and text in a card that is
// small enough for it. A board of more cards than can be read at once is shown in turns.

import { say } from "./texts.js";

/** The measures of a card and of what is around it, in rem; `unit` is what one of them is in pixels. */
const CARD_WIDTH = 15;
const CARD_HEIGHT = 11.5;
const HEADING = 2.25;
const GAP = 0.75;
/** What can be read from afar, as a part of the shorter side; and what is large enough. */
const MIN_UNIT = 1 / 80;
const MAX_UNIT = 1 / 12;
/** A card is no higher than this, however much room there is. */
const MAX_CARD_HEIGHT = 22;
const TURN = 15_000;
/** What is too long for its card is made smaller, step by step. */
const STEPS = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.42, 0.35, 0.28, 0.22];
const LINES = ".card-title, .card-value, .card-state, .card-change, .card-alarm, .card-age, .card-note";

export function fitBoards() {
  for (const board of document.querySelectorAll(".wall-board")) new BoardFit(board);
}

class BoardFit {
  #board;
  #turn = 0;
  #turns = 1;
  #observer = new MutationObserver((records) => this.#changed(records));

  constructor(board) {
    this.#board = board;
    new ResizeObserver(() => this.#layOut()).observe(board);
    document.fonts?.ready.then(() => this.#layOut());
    setInterval(() => this.#next(), TURN);
    this.#layOut();
  }

  #changed(records) {
    const isCard = ({ target }) => target instanceof Element && target.matches(".card");
    const comesOrGoes = records.some(({ type, target }) => type === "childList" && target.matches?.(".cards, .board"));
    // A card that is told anew has lost what was noted with it.
    if (comesOrGoes || this.#turns > 1) return this.#layOut();
    const cards = new Set(records.map((record) => (isCard(record) ? record.target : parentOf(record).closest(".card"))));
    this.#quietly(() => fitCards([...cards].filter((card) => card?.isConnected)));
  }

  #next() {
    if (this.#turns < 2) return;
    this.#turn = (this.#turn + 1) % this.#turns;
    this.#layOut();
  }

  #layOut() {
    this.#quietly(() => {
      const { clientWidth: width, clientHeight: height } = this.#board;
      if (width > 0 && height > 0) this.#arrange(width, height);
    });
  }

  #arrange(width, height) {
    const sections = [...this.#board.querySelectorAll(".board-section")].map((section) => ({
      section,
      hasHeading: section.querySelector(".board-heading") !== null,
      cards: [...section.querySelectorAll(".card")],
    }));
    const short = Math.min(innerWidth, innerHeight);
    const plan = best(sections, width, height, short * MIN_UNIT, short * MAX_UNIT);
    this.#turns = plan.turns.length;
    this.#turn %= this.#turns;
    const shown = plan.turns[this.#turn];
    for (const { section, cards } of sections) {
      cards.forEach((card) => { card.hidden = !shown.has(card); });
      section.hidden = !cards.some((card) => shown.has(card));
    }
    const root = document.documentElement.style;
    root.setProperty("--wall-unit", `${plan.unit}px`);
    root.setProperty("--wall-columns", plan.columns);
    root.setProperty("--wall-card-height", `${plan.cardHeight}px`);
    this.#sayTurn();
    fitCards([...shown]);
  }

  #sayTurn() {
    const words = document.querySelector(".wall-turn");
    words.textContent = say("script-wall-part", { part: this.#turn + 1, parts: this.#turns });
    words.hidden = this.#turns < 2;
  }

  /** Does something without taking notice of it. */
  #quietly(work) {
    this.#observer.disconnect();
    work();
    this.#observer.observe(this.#board, { subtree: true, childList: true, attributes: true, characterData: true });
  }
}

function parentOf({ target }) {
  return target instanceof Element ? target : target.parentElement ?? document.documentElement;
}

/** How the board is laid out: as large as everything fits, or else in turns. */
function best(sections, width, height, smallest, largest) {
  const cards = sections.flatMap((section) => section.cards);
  const plans = Array.from({ length: Math.max(1, Math.min(cards.length, 30)) }, (_, index) => plan(sections, index + 1, width, height));
  const wanted = plans.reduce((one, other) => (other.unit > one.unit ? other : one));
  if (wanted.unit < smallest) return inTurns(sections, width, height, smallest);
  const unit = Math.min(wanted.unit, largest);
  return { ...wanted, unit, cardHeight: cardHeight(wanted, height, unit), turns: [new Set(cards)] };
}

function plan(sections, columns, width, height) {
  const rows = sections.reduce((sum, { cards }) => sum + Math.ceil(cards.length / columns), 0);
  const headings = sections.filter(({ hasHeading }) => hasHeading).length;
  const across = width / (columns * CARD_WIDTH + (columns - 1) * GAP);
  const down = height / (Math.max(1, rows) * CARD_HEIGHT + headings * HEADING + Math.max(0, rows + headings - 1) * GAP);
  return { columns, rows: Math.max(1, rows), headings, unit: Math.min(across, down) };
}

/** What is left over makes the cards higher. */
function cardHeight({ rows, headings }, height, unit) {
  const others = headings * HEADING + Math.max(0, rows + headings - 1) * GAP;
  return Math.floor(Math.min((height - others * unit) / rows, MAX_CARD_HEIGHT * unit));
}

/** As many as can be read, row by row; the others have their turn later. */
function inTurns(sections, width, height, unit) {
  const columns = Math.max(1, Math.floor((width / unit + GAP) / (CARD_WIDTH + GAP)));
  const room = height / unit + GAP;
  const row = CARD_HEIGHT + GAP;
  const parts = [newPart()];
  for (const { hasHeading, cards } of sections) {
    let heading = hasHeading ? HEADING + GAP : 0;
    for (let first = 0; first < cards.length; first += columns) {
      if (parts.at(-1).rows > 0 && parts.at(-1).used + heading + row > room) {
        parts.push(newPart());
        // A section that goes on says its name again.
        heading = hasHeading ? HEADING + GAP : 0;
      }
      const part = parts.at(-1);
      part.used += heading + row;
      part.rows += 1;
      heading = 0;
      for (const card of cards.slice(first, first + columns)) part.cards.add(card);
    }
  }
  const more = Math.min(...parts.map(({ used, rows }) => Math.max(0, room - used) / rows));
  return { columns, unit, cardHeight: Math.floor((CARD_HEIGHT + more) * unit), turns: parts.map(({ cards }) => cards) };
}

function newPart() {
  return { cards: new Set(), used: 0, rows: 0 };
}

/** Makes the text of these cards as small as each needs. */
function fitCards(cards) {
  let tooLarge = cards.filter((card) => !card.hidden);
  for (const step of STEPS) {
    tooLarge.forEach((card) => card.style.setProperty("--fit", step));
    tooLarge = tooLarge.filter(overflows);
    if (tooLarge.length === 0) return;
  }
}

function overflows(card) {
  const bottom = card.getBoundingClientRect().bottom - parseFloat(getComputedStyle(card).paddingBottom);
  const last = card.lastElementChild?.getBoundingClientRect().bottom ?? 0;
  const isWide = (line) => line.scrollWidth > line.clientWidth + 1;
  return last > bottom + 1 || [...card.querySelectorAll(LINES)].some(isWide);
}

/** Makes the text of a post as small as the screen needs. */
export function fitText(post) {
  for (const step of STEPS) {
    post.style.setProperty("--fit", step);
    if (post.scrollHeight <= post.clientHeight + 1 && post.scrollWidth <= post.clientWidth + 1) return;
  }
}
