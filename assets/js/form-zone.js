// The zone in which a form's times are meant: that in which the page tells times, of which the server may know another.

import { observeElements } from "./element-observer.js";
import { ZONE } from "./zone.js";

/** The fields that are meant in it. */
const TIMES = ["due", "expires", "pinned", "until", "begin", "end"];

export function keepZoneOfForms() {
  const zone = ZONE ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  observeElements("input[type=hidden][name=zone]", (field) => {
    // What was typed is meant as it was when it was sent.
    if (TIMES.some((name) => field.form?.elements[name]?.value)) return;
    field.value = zone;
    for (const told of field.form?.querySelectorAll(".zone-hint code") ?? []) told.textContent = zone;
  });
}
