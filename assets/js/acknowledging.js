// “I have seen this”: what the page shows of it, and that it gets to the server, however long that takes. What was pressed
// and is not confirmed stays in this browser, for the person who pressed, and is sent again with its key.

import { clock } from "./times.js";
import { say } from "./texts.js";

const STORED = "tidings-acknowledged";
/** Whoever signs in again after a day sees the post as the server has it. */
const MAX_AGE = 24 * 60 * 60 * 1000;
/** As the server has it. */
const TAKE_BACK_TIME = 5 * 60 * 1000;
const SECOND = 1000;
const ANSWER_TIMEOUT = 15 * SECOND;
const MAX_RETRY_DELAY = 15 * SECOND;
/** Of an answer that says what is wrong; who is signed out gets a page with the same status. */
const WRONG = "wrong";
const DONE = { acknowledgement: "script-seen", "acknowledgement/removal": "script-seen-taken-back", answer: "script-answer-arrived" };

/** By post, since when it is acknowledged, or false, as far as it was told since the page was made. */
const known = new Map();
/** By post, which answer was given, as far as it was told. */
const answers = new Map();
/** By post, who gave the answer in their place, as far as it was told. */
const answerers = new Map();
/** By post, who helps the person who called for it, as far as that was told. */
const helpers = new Map();
/** By post, what was pressed and is not confirmed: {user, post, key, at, path}. */
const unsent = new Map();
let attempt = 0;
let timer = 0;

export function keepAsksTrue() {
  document.addEventListener("stream:receipts", ({ detail }) => told(detail));
  document.addEventListener("post:row", ({ detail }) => showAsk(detail));
  document.addEventListener("submit", (event) => pressed(event));
  addEventListener("online", () => sendSoon(0));
  document.addEventListener("stream:state", ({ detail }) => detail.name === "live" && sendSoon(0));
  document.addEventListener("submit", ({ target }) => target.getAttribute("action") === "/logout" && forgetAll());
  for (const act of stored()) unsent.set(String(act.post), act);
  rows().forEach((row) => showAsk({ row, before: row }));
  sendSoon(0);
}

/** Shows of a row that comes into the page what was told of what it asks. */
export function showAsk({ row, before = null }) {
  const post = row.dataset.post ?? row.id.slice("post-".length);
  show(row, known.get(post) ?? before?.dataset.acknowledged ?? false, answers.get(post));
}

/** Says of a post that it was seen, if it asks for that. */
export function acknowledge(row) {
  const form = row?.querySelector("form.acknowledgement");
  if (form && !row.hasAttribute("data-own") && !row.hasAttribute("data-acknowledged") && !unsent.has(row.dataset.post)) form.requestSubmit();
}

function rows() {
  return [...document.querySelectorAll("li[data-post], article[data-post]")];
}

function user() {
  return document.querySelector("tidings-stream")?.getAttribute("user") ?? "";
}

function told({ posts }) {
  for (const [post, { acknowledged, answer, answered_by: by, taken_by: helper }] of Object.entries(posts)) {
    if (acknowledged === undefined) continue;
    known.set(post, acknowledged);
    answers.set(post, answer);
    answerers.set(post, by ?? "");
    helpers.set(post, helper ?? "");
    // What the person pressed since is newer.
    if (!unsent.has(post)) showAll(post, acknowledged, answer);
  }
}

function showAll(post, at, answer) {
  for (const row of rows()) if (row.dataset.post === String(post)) show(row, at, answer);
}

/** Who answered in somebody's place, and that they did. */
function showAnswerer(row, at, words) {
  const place = row.querySelector(".acknowledged");
  const by = answerers.get(row.dataset.post ?? "");
  if (by === undefined) return;
  place.toggleAttribute("data-by", by !== "" && Boolean(at));
  const told = place.querySelector(".acknowledged-by");
  if (!told || !place.hasAttribute("data-by")) return;
  const [name, answer] = told.querySelectorAll("bdi");
  name.textContent = by;
  answer.textContent = words;
  const time = told.querySelector("time");
  time.setAttribute("datetime", at);
  time.textContent = clock(new Date(at));
}

/** What was answered, in the words of its button. */
function showAnswer(row, at, answer) {
  const told = row.querySelector(".acknowledged-at bdi");
  const button = row.querySelector(`.answer button[value="${answer}"]`);
  const open = row.querySelector(".answering");
  if (told && button) told.textContent = button.textContent;
  if (button) showAnswerer(row, at, button.textContent);
  if (open && at) open.open = false;
  showHelper(row);
}

/** Who helps the person who called for it. */
function showHelper(row) {
  const told = row.querySelector(".ask-taken");
  const helper = helpers.get(row.dataset.post ?? "");
  if (!told || helper === undefined) return;
  told.hidden = helper === "";
  told.querySelector("bdi").textContent = helper;
}

function show(row, at, answer) {
  const form = row.querySelector(".acknowledged");
  if (!form) return;
  const held = row.querySelector(".ask").contains(document.activeElement);
  const wasDone = row.hasAttribute("data-acknowledged");
  const left = at ? Date.parse(at) + TAKE_BACK_TIME - Date.now() : 0;
  row.toggleAttribute("data-acknowledged", Boolean(at));
  row.toggleAttribute("data-may-take-back", left > 0);
  if (at) row.dataset.acknowledged = at;
  const time = form.querySelector(".acknowledged-at time");
  if (at && time.getAttribute("datetime") !== at) time.setAttribute("datetime", at);
  if (at) time.textContent = clock(new Date(at));
  if (answer !== undefined) showAnswer(row, at, answer);
  if (left > 0) setTimeout(() => row.dataset.acknowledged === at && row.removeAttribute("data-may-take-back"), left);
  sayUnsent(row);
  // The button that had the focus has given way to the other one.
  if (held && wasDone !== Boolean(at)) row.querySelector(at ? ".take-back" : ".acknowledgement button")?.focus({ preventScroll: true });
}

function pressed(event) {
  const form = event.target;
  const isDone = form.matches("form.acknowledgement");
  const isAnswer = form.matches("form.answer");
  if (!isDone && !isAnswer && !form.matches("form.acknowledged")) return;
  const row = form.closest("[data-post]");
  if (!row || row.dataset.post === "0") return;
  event.preventDefault();
  const { post } = row.dataset;
  if (isDone && unsent.has(post)) return sendSoon(0);
  const path = isAnswer ? "answer" : isDone ? "acknowledgement" : "acknowledgement/removal";
  const fields = isAnswer ? Object.fromEntries(new FormData(form, event.submitter)) : {};
  row.querySelector(".answer .problem")?.remove();
  unsent.set(post, { user: user(), post, key: newKey(), at: Date.now(), path, fields });
  store();
  attempt = 0;
  sendSoon(0);
}

function sendSoon(wait) {
  clearTimeout(timer);
  if (unsent.size > 0) timer = setTimeout(() => sendAll(), wait);
}

async function sendAll() {
  const mine = [...unsent.values()].filter((act) => act.user === user());
  const answers = await Promise.all(mine.map((act) => send(act)));
  mine.forEach((act, at) => answered(act, answers[at]));
  attempt += 1;
  sendSoon(Math.min(SECOND * 2 ** attempt, MAX_RETRY_DELAY));
}

/** The answer; its status is 0 if there is none that says anything of it. */
async function send({ post, key, path, fields = {} }) {
  const stop = new AbortController();
  const end = setTimeout(() => stop.abort(), ANSWER_TIMEOUT);
  try {
    const answer = await fetch(`/posts/${post}/${path}`, {
      method: "POST", credentials: "same-origin", cache: "no-store", redirect: "manual", signal: stop.signal,
      headers: { Accept: "application/json" }, body: new URLSearchParams({ ...fields, key, person: user() }),
    });
    const problem = answer.headers.get("Content-Type")?.includes("problem+json") ? await answer.json() : null;
    return problem ? { ...problem, status: WRONG } : answer;
  } catch {
    return { status: 0 };
  } finally {
    clearTimeout(end);
  }
}

function answered(act, { status, errors = {} }) {
  // It was pressed again meanwhile.
  if (unsent.get(act.post) !== act) return;
  const isTaken = status === 204;
  // Of who is signed out, the page for signing in is the answer: it waits for them.
  const isRefused = [403, 404, 409, WRONG].includes(status);
  if (!isTaken && !isRefused) {
    act.isLate = true;
    return rows().filter((row) => row.dataset.post === act.post).forEach(sayUnsent);
  }
  unsent.delete(act.post);
  store();
  const now = new Date().toISOString().replace(/\.\d+/, "");
  if (isTaken) known.set(act.post, act.path === "acknowledgement/removal" ? false : now);
  if (isTaken && act.path === "answer") answers.set(act.post, Number(act.fields.answer));
  showAll(act.post, known.get(act.post) ?? rows().find((row) => row.dataset.post === act.post)?.dataset.acknowledged ?? false, answers.get(act.post));
  if (isTaken) return tell(say(DONE[act.path]));
  const wrong = Object.values(errors).filter(Boolean).join(" ");
  if (wrong) return sayWrong(act, wrong);
  tell(say(status === 409 && act.path !== "acknowledgement" ? "script-seen-too-late" : "script-not-saved"));
}

/** Says of an answer what is wrong with it; what was typed is still there. */
function sayWrong({ post, fields }, text) {
  for (const form of document.querySelectorAll(`[data-post="${post}"] form.answer`)) {
    const problem = document.createElement("p");
    problem.className = "problem";
    problem.setAttribute("role", "alert");
    problem.textContent = text;
    form.prepend(problem);
    for (const name of ["note", "telephone"]) if (form.elements[name]) form.elements[name].value ||= fields[name] ?? "";
    (form.elements.telephone ?? form.elements.note)?.focus({ preventScroll: true });
  }
}

/** Says below the button that it is tried again. */
function sayUnsent(row) {
  const isUnsent = unsent.get(row.dataset.post)?.isLate === true;
  const ask = row.querySelector(".ask");
  let note = ask?.querySelector(".unsent");
  if (!isUnsent) return note?.remove();
  if (!ask || note) return;
  note = document.createElement("p");
  note.className = "unsent problem";
  note.setAttribute("role", "alert");
  note.textContent = say("script-not-sent");
  ask.append(note);
}

function tell(text) {
  document.dispatchEvent(new CustomEvent("page:say", { detail: { text } }));
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What others left goes, as what is old does. */
function stored() {
  try {
    const acts = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return acts.filter((act) => act.user === user() && act.at > Date.now() - MAX_AGE && /^\d+$/.test(act.post)).map((act) => ({ ...act, isLate: true }));
  } catch {
    return [];
  }
}

function store() {
  try {
    localStorage.setItem(STORED, JSON.stringify([...unsent.values()]));
  } catch {
    // It is sent all the same, as long as the page is open.
  }
}

function forgetAll() {
  unsent.clear();
  store();
}
