// Shows times in the reader's own zone, or the one that they chose: "14:06" today, "14:06 yesterday", else "20 Nov, 14:06"; and ages ("12 s ago").
// Under the heading of its day, a post says the time alone.
// Without the script, the server's text stays.

import { age } from "./ages.js";
import { observeElements } from "./element-observer.js";
import { LOCALE, say } from "./texts.js";
import { ZONE, dayOf, untilMidnight, yearOf } from "./zone.js";

/** Looks again by then, since a day on which clocks change ends sooner or later than it seems before that. */
const LONGEST_WAIT = 60 * 60 * 1000;

const TIME = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, day: "numeric", month: "short" });
const DAY_AND_YEAR = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, day: "numeric", month: "short", year: "numeric" });
const FULL = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, dateStyle: "full", timeStyle: "long" });

/** An event on the document: a day has ended, so texts such as "14:06 yesterday" change. */
export const MIDNIGHT = "times:midnight";

export function keepTimesLocal() {
  observeElements("time[datetime]", showTime);
  const again = () => {
    document.querySelectorAll("time[datetime]").forEach(showTime);
    document.dispatchEvent(new CustomEvent(MIDNIGHT));
  };
  // Timers sleep with the machine, so look whenever the page is seen again, too.
  document.addEventListener("visibilitychange", () => document.hidden || again());
  addEventListener("pageshow", again);
  let today = dayOf(new Date());
  const atMidnight = () => setTimeout(() => {
    if (today !== dayOf(new Date())) again();
    today = dayOf(new Date());
    atMidnight();
  }, Math.min(untilMidnight(new Date()) + 500, LONGEST_WAIT));
  atMidnight();
}

/** Says an instant as people do. */
export function clock(instant, now = new Date()) {
  const time = TIME.format(instant);
  const days = dayOf(now) - dayOf(instant);
  if (days === 0) return time;
  if (days === 1) return say("script-yesterday", { time });
  const day = yearOf(instant) === yearOf(now) ? DAY : DAY_AND_YEAR;
  return `${day.format(instant)}, ${time}`;
}

/** When a post was published, in a list that has headings of days. */
const UNDER_HEADING = ".posts > li[data-post]:not([data-post='0'], [data-on-top]) .times > time:first-child";

export function showTime(element) {
  const instant = new Date(element.dateTime);
  if (Number.isNaN(instant.getTime())) return;
  const text = element.classList.contains("age") ? age(instant) : element.matches(UNDER_HEADING) ? TIME.format(instant) : clock(instant);
  if (element.textContent !== text) element.textContent = text;
  element.title = FULL.format(instant);
}
