// Fetches the feed's list again, and puts it in place of the old one so that the reader does not lose their place.

import { pause } from "./asking.js";
import { BY_ITSELF } from "./session.js";
import { trustedHtml } from "./trusted-types.js";

/** All pages may be told to reload at once; they spread over this time, which doubles while the server fails. */
const MIN_SPREAD = 500;
const MAX_SPREAD = 30_000;

/** Fetches the feed of this page as the server renders it now, and tries until it is there. */
export async function fetchFeed() {
  for (let spread = MIN_SPREAD; ; spread = Math.min(spread * 2, MAX_SPREAD)) {
    await pause(Math.random() * spread);
    await untilLive();
    const feed = await fetchOnce();
    if (feed) return feed;
  }
}

/** Runs `change`; what was on top of the window is there afterwards, too, and what had the focus has it. */
export function keepingPlace(feed, change) {
  const focused = feed.contains(document.activeElement) ? document.activeElement.closest("[data-post]")?.id : null;
  keepingScroll(feed, change);
  if (focused) document.getElementById(focused)?.querySelector("a")?.focus({ preventScroll: true });
}

/** Runs `change`; the post on top of the window stays where it is. */
export function keepingScroll(feed, change) {
  const first = scrollY > 0 ? firstInView(feed) : null;
  const place = first?.getBoundingClientRect().top;
  change();
  const same = first && document.getElementById(first.id);
  if (same) scrollBy({ top: same.getBoundingClientRect().top - place, behavior: "instant" });
}

async function fetchOnce() {
  try {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store", credentials: "same-origin", headers: BY_ITSELF });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(trustedHtml(await answer.text()), "text/html").querySelector("post-feed");
  } catch {
    return null;
  }
}

function firstInView(feed) {
  return [...feed.querySelectorAll("li[data-post]")].find((row) => row.getBoundingClientRect().bottom > 0);
}

function untilLive() {
  if (isConnected(document.documentElement.dataset.stream)) return Promise.resolve();
  return new Promise((resolve) => {
    const listen = ({ detail }) => {
      if (!isConnected(detail.name)) return;
      document.removeEventListener("stream:state", listen);
      resolve();
    };
    document.addEventListener("stream:state", listen);
  });
}

function isConnected(state) {
  return state === "live" || state === "polling";
}
