// What has just appeared or moved takes no click for half a second: it may have come under a finger that was on its way to
// something else. Keys press what has the focus, wherever it went.

const SETTLE_TIME = 500;
const CONTROLS = ":is(a, button, input, select, label, summary)";

const timers = new WeakMap();

export function guardClicks() {
  document.addEventListener("click", (event) => {
    const isByPointer = event.detail > 0;
    if (!isByPointer || !event.target.closest(CONTROLS)?.closest("[data-settling]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
}

/** Whatever is in this element may have moved just now. */
export function settle(element) {
  clearTimeout(timers.get(element));
  element.setAttribute("data-settling", "");
  timers.set(element, setTimeout(() => element.removeAttribute("data-settling"), SETTLE_TIME));
}
