// <post-draft user key>: keeps in this browser what is typed into the post form in it, until it is sent; brings it back
// into an empty form; and asks before it is left.

import * as drafts from "./draft-storage.js";
import { clock } from "./times.js";
import { say } from "./texts.js";

const SAVE_DELAY = 300;
const OPEN_INTERVAL = 10_000;
/** The address of the form as the server makes it anew; at any other it comes filled in as it was sent. */
const NEW_POST_PATH = "/admin/posts/new";

export class PostDraft extends HTMLElement {
  #user;
  #form;
  #saving = 0;
  #opening = 0;
  /** The page is left on purpose: the form is being sent or begun anew. */
  #leaving = false;
  /** Nothing is kept any more: the person signs out, or somebody else uses the browser now. */
  #closed = false;
  #gone = null;
  #touched = false;

  connectedCallback() {
    this.#user = this.getAttribute("user");
    this.#form = this.querySelector("form");
    if (!this.#user || this.#gone) return;
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.#bringBack();
    for (const name of ["input", "change"]) this.#form.addEventListener(name, () => this.#typed(), { signal });
    this.#form.addEventListener("submit", () => { this.#save(); this.#leaving = true; }, { signal });
    this.querySelector(".draft-note button").addEventListener("click", () => this.#startAnew(), { signal });
    this.#listen(signal);
    this.#opening = setInterval(() => this.#sayOpen(), OPEN_INTERVAL);
    this.#sayOpen();
  }

  disconnectedCallback() {
    this.#gone?.abort();
    this.#gone = null;
    clearInterval(this.#opening);
    clearTimeout(this.#saving);
  }

  #listen(signal) {
    // Browsers fill forms in again by themselves, some of them only after scripts have run.
    addEventListener("pageshow", ({ persisted }) => this.#shown(persisted), { signal });
    addEventListener("pagehide", () => this.#hidden(), { signal });
    addEventListener("beforeunload", (event) => this.#ask(event), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#saveNow(), { signal });
    document.addEventListener("post:sent", () => this.#sent(), { signal });
    document.addEventListener("drafts:forgotten", () => { this.#closed = true; }, { signal });
    document.addEventListener("page:other-user", () => { this.#closed = this.#leaving = true; }, { signal });
    // Somebody who signs out and then stays after all goes on typing.
    for (const name of ["keydown", "pointerdown"]) addEventListener(name, () => { this.#closed = false; }, { signal, capture: true });
  }

  get #key() {
    return this.#form.elements.key.value;
  }

  get #isWorthKeeping() {
    const { title, body } = this.#form.elements;
    return Boolean(title.value.trim() || body.value.trim());
  }

  #bringBack() {
    const draft = location.pathname === NEW_POST_PATH ? drafts.unfinished(this.#user) : null;
    if (draft) this.#fillIn(draft);
    else if (location.pathname === NEW_POST_PATH) this.#clear();
    else if (!drafts.wasSent(this.#key)) this.#save();
  }

  /** Browsers fill forms in by themselves, also with what was sent or was somebody else's. */
  #clear() {
    this.#form.reset();
    for (const picker of pickersOf(this.#form)) picker.choices = [];
    this.#form.elements.key.value = this.getAttribute("key");
  }

  #fillIn({ key, at, fields }) {
    this.#form.elements.key.value = key;
    drafts.take(key);
    const missing = putBack(this.#form, fields);
    const note = this.querySelector(".draft-note");
    note.querySelector("time").textContent = clock(new Date(at));
    note.querySelector(".draft-missing").textContent = missing.length > 0 ? say("script-draft-missing", { names: missing.join(", ") }) : "";
    note.hidden = false;
  }

  #typed() {
    this.#touched = true;
    this.#leaving = false;
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), SAVE_DELAY);
  }

  #save() {
    clearTimeout(this.#saving);
    this.#saving = 0;
    if (this.#closed) return;
    if (this.#isWorthKeeping) drafts.keep(this.#user, this.#key, typedInto(this.#form));
    else drafts.forget(this.#user, this.#key);
  }

  /** Saves what was typed in the last moment. */
  #saveNow() {
    if (this.#saving) this.#save();
  }

  #sayOpen() {
    if (this.#isWorthKeeping && !this.#closed) drafts.open(this.#key);
  }

  #shown(persisted) {
    if (persisted && drafts.wasSent(this.#key)) location.reload();
    else if (!persisted && !this.#touched) this.#bringBack();
    this.#sayOpen();
  }

  #hidden() {
    this.#saveNow();
    drafts.close(this.#key);
  }

  #ask(event) {
    if (this.#leaving || !this.#isWorthKeeping || drafts.wasSent(this.#key)) return;
    event.preventDefault();
    event.returnValue = true;
  }

  #sent() {
    clearTimeout(this.#saving);
    this.#saving = 0;
    this.#leaving = this.#closed = true;
    drafts.sent(this.#user, this.#key);
  }

  #startAnew() {
    clearTimeout(this.#saving);
    this.#saving = 0;
    drafts.forget(this.#user, this.#key);
    this.#leaving = this.#closed = true;
    location.assign(NEW_POST_PATH);
  }
}

/** What people filled in, [[name, value], …]. A ticked choice is known by its value, since lists grow and shrink. */
function typedInto(form) {
  const chosen = pickersOf(form).flatMap((picker) => picker.choices);
  return chosen.concat(fieldsOf(form).filter((field) => !isChoice(field) || field.checked).map(({ name, value }) => [name, value]));
}

/** Puts the values back, and returns the chosen ones that are not among the choices any more. */
function putBack(form, typed) {
  for (const picker of pickersOf(form)) picker.choices = typed;
  const picked = new Set(pickersOf(form).flatMap((picker) => picker.choices).map((entry) => entry.join("\0")));
  const left = [...typed];
  const chosen = new Set(typed.map((entry) => entry.join("\0")).filter((entry) => !picked.has(entry)));
  for (const field of fieldsOf(form)) {
    const choice = [field.name, field.value].join("\0");
    if (isChoice(field)) field.checked = chosen.has(choice);
    else field.value = next(left, field.name) ?? (field.type === "select-one" ? field.value : "");
    if (isChoice(field)) chosen.delete(choice);
  }
  const names = new Set(fieldsOf(form).filter((field) => !isChoice(field)).map((field) => field.name));
  return typed.filter((entry) => !names.has(entry[0]) && chosen.has(entry.join("\0"))).map(([, value]) => value);
}

/** Of several fields of one name, each takes its own. */
function next(typed, name) {
  const at = typed.findIndex((entry) => entry[0] === name);
  return at < 0 ? null : typed.splice(at, 1)[0][1];
}

function pickersOf(form) {
  return [...form.querySelectorAll("name-picker")];
}

function fieldsOf(form) {
  const others = ["hidden", "password", "file", "submit", "button", "fieldset", "search"];
  return [...form.elements].filter(({ name, type }) => name && !others.includes(type));
}

function isChoice({ type }) {
  return type === "checkbox" || type === "radio";
}
