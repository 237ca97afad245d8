// An alert is loud for a day; a page that stays open longer calms it then, as the server does for the pages that it makes.

import { LOUD_TIME } from "./post-list.js";

const LOOK_INTERVAL = 5 * 60 * 1000;

export function keepLoudnessTrue() {
  setInterval(calmOldAlerts, LOOK_INTERVAL);
  document.addEventListener("visibilitychange", () => document.hidden || calmOldAlerts());
}

function calmOldAlerts() {
  for (const alert of document.querySelectorAll(".post.alert:not(.over, .old)")) {
    const published = Date.parse(alert.querySelector("time")?.dateTime);
    if (Date.now() - published > LOUD_TIME) alert.classList.add("old");
  }
}
