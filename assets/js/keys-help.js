// The sheet that lists the keys, and the switch for them. Loaded when somebody asks for it.

import { areKeysOn, switchKeys } from "./keys-switch.js";
import { say } from "./texts.js";

const KEYS = [
  [["j"], "script-keys-next"],
  [["k"], "script-keys-previous"],
  [["Enter"], "script-keys-open"],
  [["m"], "script-keys-mark-read"],
  [["u"], "script-keys-mark-unread"],
  [["e"], "script-keys-seen"],
  [["s"], "script-keys-snooze"],
  [["a"], "script-keys-alert"],
  [["/"], "script-keys-search"],
  [["g", "f"], "script-keys-feed"],
  [["g", "b"], "script-keys-boards"],
  [["?"], "script-keys-this"],
];

/** Shows the sheet; Escape closes it, and the focus goes back to where it was. */
export function showHelp() {
  if (document.querySelector("dialog[open]")) return;
  const before = document.activeElement;
  const sheet = sheetOf();
  sheet.addEventListener("close", () => {
    sheet.remove();
    before?.focus({ preventScroll: true });
  });
  document.body.append(sheet);
  sheet.showModal();
}

function sheetOf() {
  const sheet = element("dialog", "keys-sheet");
  const title = element("h2", "", say("script-keys-title"));
  title.id = "keys-title";
  sheet.setAttribute("aria-labelledby", title.id);
  const close = element("button", "button", say("script-keys-close"));
  close.type = "button";
  close.addEventListener("click", () => sheet.close());
  sheet.append(title, listOf(), switchOf(), close);
  return sheet;
}

function listOf() {
  const list = element("dl", "keys-list");
  for (const [keys, text] of KEYS) {
    const row = element("div");
    const term = element("dt");
    term.append(...keys.map((key) => element("kbd", "", key)));
    row.append(term, element("dd", "", say(text)));
    list.append(row);
  }
  return list;
}

function switchOf() {
  const label = element("label", "choice");
  const box = element("input");
  box.type = "checkbox";
  box.checked = areKeysOn();
  box.addEventListener("change", () => { if (!switchKeys(box.checked)) box.checked = !box.checked; });
  label.append(box, ` ${say("script-keys-use")}`);
  return label;
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
