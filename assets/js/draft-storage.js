// Keeps drafts of posts in local storage, for the person who typed them and for a day. A draft goes when it was sent,
// when its person signs out here, and when somebody else signs in. All works without it in a browser that stores nothing
// (a private window, no room).

import { isShared } from "./shared-computer.js";

const DRAFT = "tidings-draft-";
const OPEN = "tidings-open-";
const SENT = "tidings-sent";
const VIEWER = "tidings-viewer";
const TAB_DRAFT = "tidings-draft";

const MAX_AGE = 24 * 60 * 60 * 1000;
/** A page that has not said so for that long no longer has the draft open; timers of hidden pages fire once a minute. */
const OPEN_TIMEOUT = 90 * 1000;
/** A browser gives a site little room; older drafts go first. */
const MAX_DRAFTS = 5;
const MAX_SENT_KEYS = 20;

let isKept = false;

/** Removes what others left, and the person's own drafts when they press Sign out. Once is enough. */
export function keepDraftsToOnePerson() {
  if (isKept) return;
  isKept = true;
  const user = document.querySelector("tidings-stream")?.getAttribute("user");
  if (user && isShared()) remove(VIEWER);
  else if (user && viewer() !== user) write("localStorage", VIEWER, user);
  for (const draft of all()) {
    if (draft.at < Date.now() - MAX_AGE || (user && draft.user !== user)) forget(draft.user, draft.key);
  }
  document.addEventListener("submit", ({ target }) => {
    if (!user || target.getAttribute("action") !== "/logout") return;
    document.dispatchEvent(new CustomEvent("drafts:forgotten"));
    for (const draft of all()) if (draft.user === user) forget(user, draft.key);
  });
}

/** Who was signed in last in this browser, as far as pages with scripts know. */
export function viewer() {
  return read("localStorage", VIEWER);
}

/** Calls back when a page of this browser is another person's than the last one was. */
export function onOtherViewer(act) {
  addEventListener("storage", ({ key, newValue }) => key === VIEWER && newValue && act());
}

/** Keeps the fields of a form, [[name, value], …]; unless it is somebody else's browser by now. */
export function keep(user, key, fields) {
  if (viewer() !== user) return;
  take(key);
  write("localStorage", DRAFT + user + "-" + key, JSON.stringify({ at: Date.now(), fields }));
  const theirs = all().filter((draft) => draft.user === user).sort((one, other) => other.at - one.at);
  for (const draft of theirs.slice(MAX_DRAFTS)) forget(user, draft.key);
}

/** Makes it the draft of this tab. */
export function take(key) {
  write("sessionStorage", TAB_DRAFT, key);
}

export function forget(user, key) {
  remove(DRAFT + user + "-" + key);
}

/** Remembers that it was published: in a form that the browser fills in again, it is not a draft. */
export function sent(user, key) {
  forget(user, key);
  write("localStorage", SENT, JSON.stringify([key, ...sentKeys()].slice(0, MAX_SENT_KEYS)));
}

export function wasSent(key) {
  return sentKeys().includes(key);
}

/** The draft to go on with in an empty form is that of this tab, or else the last that no other tab has open. */
export function unfinished(user) {
  const here = read("sessionStorage", TAB_DRAFT);
  const theirs = all().filter((draft) => draft.user === user).sort((one, other) => other.at - one.at);
  return theirs.find((draft) => draft.key === here) ?? theirs.find((draft) => !isOpen(draft.key)) ?? null;
}

/** Says that this page has the draft open; the page repeats it for as long as it has. */
export function open(key) {
  write("localStorage", OPEN + key, String(Date.now()));
}

export function close(key) {
  remove(OPEN + key);
}

function isOpen(key) {
  return Number(read("localStorage", OPEN + key)) > Date.now() - OPEN_TIMEOUT;
}

function all() {
  return names().filter((name) => name.startsWith(DRAFT)).flatMap((name) => {
    const [user, key] = name.slice(DRAFT.length).split("-");
    const draft = parse(read("localStorage", name));
    return Number.isFinite(draft?.at) && Array.isArray(draft.fields) ? [{ ...draft, user, key }] : [];
  });
}

function sentKeys() {
  const keys = parse(read("localStorage", SENT));
  return Array.isArray(keys) ? keys : [];
}

function names() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Where storage is forbidden, already asking for it throws. */
function read(storage, name) {
  try {
    return globalThis[storage].getItem(name);
  } catch {
    return null;
  }
}

function write(storage, name, text) {
  if (isShared()) return;
  try {
    globalThis[storage].setItem(name, text);
  } catch {
    // The form works without a stored draft.
  }
}

function remove(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing was stored, then.
  }
}
