// A heading above the first post of each day in a list, by the reader's own days; the server's, without a script. It stands in
// the row of that post, so whatever comes into the list or leaves it moves as if there were none.

import { MIDNIGHT } from "./times.js";
import { LOCALE, say } from "./texts.js";
import { ZONE, dayOf, yearOf } from "./zone.js";

const DAY = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, weekday: "long", day: "numeric", month: "long" });
const DAY_AND_YEAR = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** Keeps the headings of the page's list true. */
export function keepDaysTrue() {
  const feed = document.querySelector("post-feed");
  if (!feed) return;
  const show = () => showDays(feed.querySelectorAll(".posts > li[data-post]"));
  new MutationObserver(show).observe(feed, { childList: true, subtree: true });
  document.addEventListener(MIDNIGHT, show);
  show();
}

/** What stands on top stands above all headings. */
function showDays(rows) {
  let last = null;
  for (const row of rows) {
    const published = new Date(row.querySelector(".times time")?.dateTime);
    if (row.hasAttribute("data-on-top") || Number.isNaN(published.getTime())) {
      showHeading(row, null);
      continue;
    }
    const day = dayOf(published);
    showHeading(row, day === last ? null : nameOf(published, day));
    last = day;
  }
}

/** Only what differs is touched, since whoever watches the list would be called again. */
function showHeading(row, text) {
  const heading = row.querySelector(":scope > .day");
  if (text === null) heading?.remove();
  else if (!heading) row.prepend(headingOf(text));
  else if (heading.textContent !== text) heading.textContent = text;
}

function headingOf(text) {
  const heading = document.createElement("h2");
  heading.className = "day";
  heading.textContent = text;
  return heading;
}

function nameOf(instant, day) {
  const today = new Date();
  const ago = dayOf(today) - day;
  if (ago === 0) return say("script-today");
  if (ago === 1) return say("script-yesterday-day");
  return (yearOf(instant) === yearOf(today) ? DAY : DAY_AND_YEAR).format(instant);
}
