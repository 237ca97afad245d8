// Shows times in the reader's own zone: "14:06" today, "Yesterday, 14:06", else "20 Nov, 14:06"; and ages ("12 s ago").
// Without the script, the server's text stays.

import { age } from "./ages.js";
import { observeElements } from "./element-observer.js";
import { LOCALE, say } from "./texts.js";

const TIME = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const DAY_AND_YEAR = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const FULL = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "long" });

/** An event on the document: a day has ended, so texts such as "Yesterday" change. */
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
  const atMidnight = () => setTimeout(() => { again(); atMidnight(); }, untilMidnight());
  atMidnight();
}

/** Says an instant as people do. */
export function clock(instant, now = new Date()) {
  const time = TIME.format(instant);
  const days = startOfDay(now) - startOfDay(instant);
  if (days === 0) return time;
  // A day is 23 to 25 hours long.
  if (days > 0 && Math.round(days / 86_400_000) === 1) return say("script-yesterday", { time });
  const day = instant.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR;
  return `${day.format(instant)}, ${time}`;
}

export function showTime(element) {
  const instant = new Date(element.dateTime);
  if (Number.isNaN(instant.getTime())) return;
  const text = element.classList.contains("age") ? age(instant) : clock(instant);
  if (element.textContent !== text) element.textContent = text;
  element.title = FULL.format(instant);
}

function startOfDay(instant) {
  return new Date(instant.getFullYear(), instant.getMonth(), instant.getDate()).getTime();
}

function untilMidnight() {
  const now = new Date();
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  return midnight - now + 500;
}
