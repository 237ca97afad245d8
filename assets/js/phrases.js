// Phrases that more than one part of the page says.

import { say } from "./texts.js";

/** "3 new posts while you were away, 1 of them an alert" */
export function whileAway(posts, alerts) {
  return say("script-away", { posts, alerts, kind: alertsAmong(posts, alerts) });
}

function alertsAmong(posts, alerts) {
  if (alerts === 0) return "none";
  if (posts === 1) return "it";
  if (alerts === 1) return "one";
  return alerts === posts ? "all" : "some";
}

const FLAGS = { critical: "script-critical", warning: "script-warning", info: "script-info" };

/** "Critical alert: Leave the building", "News: The new timetable is out", "Over: Leave the building" */
export function headline({ kind, severity, title, resolution }) {
  if (resolution) return say("script-resolved", { title });
  return say(kind === "alert" ? FLAGS[severity] : "script-news", { title });
}

/** Systems show the marks of direction (U+2068, U+2069) as boxes. */
export function plain(text) {
  return text.replace(/[\u2068\u2069]/g, "");
}
