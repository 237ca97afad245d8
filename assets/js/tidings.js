// The entry of every page: the stream, and what shows how it is. All else, the list among it, is loaded once the page is Live, so
// that it is Live sooner; until then the stream holds back what it tells. The elements of other pages are in `pages.js`.

import { StreamPill } from "./stream-pill.js";
import { TidingsStream } from "./tidings-stream.js";

/** A page that is not Live by then has the rest anyway. */
const MAX_WAIT = 2000;
const RETRY_DELAY = 2000;
const MAX_TRIES = 5;

customElements.define("stream-pill", StreamPill);
const isLiveOrNot = untilDecided();
customElements.define("tidings-stream", TidingsStream);
isLiveOrNot.then(loadTheRest);

/** Waits until it is known whether the page is Live. */
function untilDecided() {
  if (!document.querySelector("tidings-stream")) return Promise.resolve();
  return new Promise((resolve) => {
    setTimeout(resolve, MAX_WAIT);
    document.addEventListener("stream:state", ({ detail }) => ["connecting", "closed"].includes(detail.name) || resolve());
  });
}

async function loadTheRest(tries = 1) {
  try {
    await import("./rest.js");
    document.querySelector("tidings-stream")?.release();
    document.documentElement.toggleAttribute("data-ready", true);
  } catch {
    if (tries < MAX_TRIES) setTimeout(() => loadTheRest(tries + 1), RETRY_DELAY);
  }
}
