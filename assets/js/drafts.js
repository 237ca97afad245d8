// What was typed into posts and not sent, kept in this browser: for whom it was typed and for a day, in local storage.
// It goes when it was sent, when this person signs out here, and when somebody else signs in. A browser that keeps
// nothing for us (a private window, no room) is no reason to fail.

const DRAFT = "tidings-draft-";
const OPEN = "tidings-open-";
const SENT = "tidings-sent";
const VIEWER = "tidings-viewer";
const HERE = "tidings-draft";

const LASTS = 24 * 60 * 60 * 1000;
/** A page that was closed without a word is taken for gone then; timers of hidden pages fire once a minute. */
const OPEN_FOR = 90 * 1000;
/** What a browser gives a site is bounded; older ones go first. */
const MOST_DRAFTS = 5;
const MOST_SENT = 20;

/** On every page of a person: what others left goes, and what is theirs goes with pressing Sign out. */
export function keepDraftsToOnePerson() {
  const user = document.querySelector("tidings-stream")?.getAttribute("user");
  if (user && viewer() !== user) write("localStorage", VIEWER, user);
  for (const draft of all()) {
    if (draft.at < Date.now() - LASTS || (user && draft.user !== user)) forget(draft.user, draft.key);
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
export function onAnotherViewer(act) {
  addEventListener("storage", ({ key, newValue }) => key === VIEWER && newValue && act());
}

/** Keeps the fields of a form, [[name, value], …]; unless it is somebody else's browser by now. */
export function keep(user, key, fields) {
  if (viewer() !== user) return;
  take(key);
  write("localStorage", DRAFT + user + "-" + key, JSON.stringify({ at: Date.now(), fields }));
  const theirs = all().filter((draft) => draft.user === user).sort((one, other) => other.at - one.at);
  for (const draft of theirs.slice(MOST_DRAFTS)) forget(user, draft.key);
}

/** This tab goes on with it. */
export function take(key) {
  write("sessionStorage", HERE, key);
}

export function forget(user, key) {
  remove(DRAFT + user + "-" + key);
}

/** It was published: if it stands in a form once more, it is not a draft. */
export function sent(user, key) {
  forget(user, key);
  write("localStorage", SENT, JSON.stringify([key, ...sentKeys()].slice(0, MOST_SENT)));
}

export function wasSent(key) {
  return sentKeys().includes(key);
}

/** The draft to go on with in an empty form: the one of this tab, else the last one that no other tab has open. */
export function unfinished(user) {
  const here = read("sessionStorage", HERE);
  const theirs = all().filter((draft) => draft.user === user).sort((one, other) => other.at - one.at);
  return theirs.find((draft) => draft.key === here) ?? theirs.find((draft) => !isOpen(draft.key)) ?? null;
}

/** Says that this page has the draft open; again and again, for as long as it has. */
export function open(key) {
  write("localStorage", OPEN + key, String(Date.now()));
}

export function close(key) {
  remove(OPEN + key);
}

function isOpen(key) {
  return Number(read("localStorage", OPEN + key)) > Date.now() - OPEN_FOR;
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

/** Where storage is forbidden, asking for it throws already. */
function read(storage, name) {
  try {
    return globalThis[storage].getItem(name);
  } catch {
    return null;
  }
}

function write(storage, name, text) {
  try {
    globalThis[storage].setItem(name, text);
  } catch {
    // What is kept is a help; the form works without it.
  }
}

function remove(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // As above.
  }
}
