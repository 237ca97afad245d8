// Keys for what readers do most; `keys-help.js` lists them. They are inert in fields and dialogs and with modifiers, and can
// be switched off.

import { observeElements } from "./element-observer.js";
import { areKeysOn } from "./keys-switch.js";
import { goToOpenAlert, heldPost, step } from "./keys-steps.js";
import { acknowledge } from "./acknowledging.js";
import { markRead } from "./reading.js";
import { snooze } from "./snoozing.js";
import { say } from "./texts.js";

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  u: () => mark(false),
  m: () => mark(true),
  e: () => acknowledge(heldPost()),
  s: snoozeHeld,
  a: goToOpenAlert,
  "/": focusSearch,
  "?": openHelp,
  "g f": () => location.assign("/"),
  "g b": () => location.assign("/boards"),
};

/** What the focus may be in that takes keys for itself. */
const FIELDS = "input, select, textarea, [contenteditable], [role=combobox], [role=listbox]";

/** The first key of a pair, until the next one. */
let first = "";

export function listenForKeys() {
  if (!document.querySelector("tidings-stream")) return;
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => event.target.closest(".keys-button") && openHelp());
  observeElements(".keys-button", (button) => { button.hidden = false; });
}

function pressed(event) {
  if (!areKeysOn() || isElsewhere(event)) return;
  const key = nameOf(event);
  const action = ACTIONS[first ? `${first} ${key}` : key];
  first = !first && key === "g" ? key : "";
  if (!action) return;
  event.preventDefault();
  action();
}

function isElsewhere(event) {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  // Not every engine sends a key to what has the focus.
  const isTyping = event.isComposing || [event.target, document.activeElement].some((place) => place?.closest?.(FIELDS));
  return event.defaultPrevented || hasModifier || isTyping || document.querySelector("dialog[open]");
}

/** A letter is the same with Caps Lock, and another one with Shift. */
function nameOf({ key, shiftKey }) {
  const isLetter = /^\p{L}$/u.test(key);
  return isLetter && !shiftKey ? key.toLowerCase() : isLetter ? "" : key;
}

async function mark(isRead) {
  const post = heldPost();
  if (!post || post.hasAttribute("data-own") || post.hasAttribute("data-unread") !== isRead) return;
  const done = await markRead(post.dataset.post, isRead);
  tell(say(!done ? "script-not-saved" : isRead ? "script-keys-read" : "script-keys-unread"));
}

function snoozeHeld() {
  const link = heldPost()?.querySelector("a.snooze-link");
  if (link?.checkVisibility()) snooze(link);
}

function focusSearch() {
  const field = document.querySelector("[role=search] input[type=search], form.search input[type=search]");
  field?.focus();
  field?.select();
}

async function openHelp() {
  const { showHelp } = await import("./keys-help.js");
  showHelp();
}

function tell(text) {
  document.dispatchEvent(new CustomEvent("page:say", { detail: { text } }));
}
