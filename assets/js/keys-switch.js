// Whether keys work, in this browser: who speaks to their machine, or hits keys by mistake, switches them off (WCAG 2.1.4).

import { isShared } from "./shared-computer.js";

const KEY = "tidings-keys";

export function areKeysOn() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    // A browser that keeps nothing has them on.
    return true;
  }
}

/** Whether the browser keeps it. */
export function switchKeys(on) {
  if (isShared()) return false;
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
    return true;
  } catch {
    return false;
  }
}
