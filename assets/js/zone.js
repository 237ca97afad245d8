// The time zone in which the page tells times: the one that its reader chose, else that of the browser.

const CHOSEN = document.documentElement.dataset.zone;

/** Its IANA name; undefined is that of the browser, which may not know what the server knows. */
export const ZONE = isKnown(CHOSEN) ? CHOSEN : undefined;

const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });
const TIME = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** The day of an instant, as a number: the next day has the next one. */
export function dayOf(instant) {
  const [year, month, day] = DAY.format(instant).split("-").map(Number);
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** The year of an instant. */
export function yearOf(instant) {
  return Number(DAY.format(instant).split("-")[0]);
}

/** The milliseconds from an instant to the end of its day, if that has 24 hours. */
export function untilMidnight(instant) {
  const [hours, minutes, seconds] = TIME.format(instant).split(":").map(Number);
  return 86_400_000 - ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function isKnown(zone) {
  if (!zone) return false;
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}
