// Says how long ago something was ("12 s ago"), by the server's clock, and marks cards as old when their time has come.
// One timer does it for the whole page.

import { say } from "./texts.js";

const SECOND = 1000;
const UNITS = [[86_400, "script-day"], [3600, "script-hour"], [60, "script-minute"], [1, "script-second"]];

/** The server's clock is so many milliseconds ahead of ours. */
let ahead = 0;

export function keepAgesTrue() {
  document.addEventListener("stream:hello", ({ detail }) => { ahead = detail.serverTime - Date.now() || 0; });
  document.addEventListener("visibilitychange", () => document.hidden || showAges(document));
  addEventListener("pageshow", () => showAges(document));
  setInterval(() => document.hidden || showAges(document), SECOND);
}

/** "12 s ago" */
export function age(instant) {
  const seconds = Math.floor((Date.now() + ahead - instant) / SECOND);
  const unit = UNITS.find(([length]) => seconds >= length);
  if (!unit) return say("script-now");
  const [length, key] = unit;
  return say("script-ago", { time: say(key, { count: Math.floor(seconds / length) }) });
}

/** Brings the ages of what stands in here up to date. */
export function showAges(root) {
  for (const time of root.querySelectorAll("time.age")) {
    const text = age(new Date(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
  for (const card of root.querySelectorAll("[data-old-from]")) markAge(card);
  // What is said until a time is over then.
  for (const said of root.querySelectorAll("[data-until]")) said.hidden = Date.parse(said.dataset.until) <= Date.now() + ahead;
}

/** A card is old from the moment that it names; work that goes on is stalled then. */
export function markAge(card) {
  const { oldFrom } = card.dataset;
  const isOld = oldFrom !== undefined && Date.parse(oldFrom) <= Date.now() + ahead;
  if (card.classList.contains("old") === isOld) return;
  card.classList.toggle("old", isOld);
  card.classList.toggle("stalled", isOld && card.dataset.canStall !== undefined);
  card.dispatchEvent(new CustomEvent("card:aged", { bubbles: true }));
}
