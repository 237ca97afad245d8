// What their authors have pinned stands on top of the newest list, below what is urgent (`data-on-top="pin"`), and in its place
// again when its pin ends. Rows come with `data-pinned`; whatever puts one into the list need not know of it.

import { FeedFilter } from "./feed-filter.js";
import { keepingScroll } from "./feed-reload.js";
import { parsePost } from "./post-list.js";
import { settle } from "./settling.js";

/** So many stand on top, as the server has it. */
const MAX_PINNED = 5;
const ON_TOP = ':scope > [data-on-top="pin"]';

/** Keeps the page's list in order. */
export function keepPinsOnTop() {
  const feed = document.querySelector("post-feed[urgent-first]");
  if (!feed) return;
  new MutationObserver(() => arrange(feed)).observe(feed, { childList: true, subtree: true });
  if (!feed.dataset.filter) document.addEventListener("stream:change", ({ detail }) => detail.change === "pinned" && bring(feed, detail));
}

/** What was pinned, and stands on an older page, comes to the top of this one. */
async function bring(feed, { post }) {
  const isThere = () => document.getElementById(`post-${post}`) !== null;
  if (isThere()) return;
  const row = await new FeedFilter("").ask({ post });
  const fresh = row && parsePost(row.html);
  if (!fresh?.hasAttribute("data-pinned") || isThere()) return;
  keepingScroll(feed, () => feed.querySelector(".posts").append(fresh));
}

/** Only what is out of place is touched, since whoever watches the list would be called again. */
function arrange(feed) {
  const list = feed.querySelector(".posts");
  const ended = list.querySelectorAll(`${ON_TOP}:not([data-pinned])`);
  const begun = [...list.querySelectorAll(":scope > [data-pinned]:not([data-on-top=''])")].filter((row) => !isInOrder(list, row));
  if (ended.length + begun.length === 0) return;
  keepingScroll(feed, () => {
    for (const row of ended) putInPlace(list, row);
    for (const row of begun) pin(list, row);
  });
  settle(list);
}

/** Whether it stands among those on top, or there are newer ones, as many as there may be. */
function isInOrder(list, row) {
  const above = [...list.querySelectorAll(ON_TOP)].filter((other) => other !== row && numberOf(other) > numberOf(row));
  const follows = firstInPlace(list, row)?.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING;
  return (row.hasAttribute("data-on-top") && !follows) || above.length >= MAX_PINNED;
}

/** The first row that is not on top, but for this one. */
function firstInPlace(list, row) {
  return [...list.querySelectorAll(":scope > [data-post]:not([data-on-top])")].find((other) => other !== row);
}

function pin(list, row) {
  row.setAttribute("data-on-top", "pin");
  const older = [...list.querySelectorAll(ON_TOP)].find((other) => numberOf(other) < numberOf(row));
  const below = older ?? firstInPlace(list, row);
  if (below) below.before(row);
  else list.append(row);
  const last = list.querySelectorAll(ON_TOP)[MAX_PINNED];
  if (last) putInPlace(list, last);
}

/** By its number; if that is on an older page, it leaves this one. */
function putInPlace(list, row) {
  row.removeAttribute("data-on-top");
  const others = [...list.querySelectorAll(":scope > [data-post]:not([data-on-top])")].filter((other) => other !== row);
  const older = others.find((other) => numberOf(other) < numberOf(row));
  if (older) older.before(row);
  else if (document.querySelector(".older-link:not([hidden])")) row.remove();
  else list.append(row);
}

function numberOf(row) {
  return Number(row.dataset.number);
}
