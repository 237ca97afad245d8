// <name-picker suggestions people groups>: finds people and groups as one types, and shows who is chosen. Without scripts
// the form goes to the server and back for each of these.
// <name-field suggestions>: suggests people's names in a text field.

import { say } from "./texts.js";

const TYPING_PAUSE = 120;

/** A field with a list of suggestions below it. */
class Suggesting extends HTMLElement {
  input;
  list;
  #asked = 0;
  #timer = 0;
  #active = -1;

  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector("input:is([type=search], [type=text])");
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `${this.input.id}-suggestions`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", say("script-picker-suggestions"));
    this.querySelector(".filter-row").after(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) {
      this.input.setAttribute(name, value);
    }
    this.input.addEventListener("input", () => this.#soon());
    this.input.addEventListener("focus", () => this.#soon());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.#pressed(event));
    // A press would take the focus away before it becomes a click.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => this.#take(target.closest("li")));
    this.ready();
    // Somebody was faster than this script.
    if (document.activeElement === this.input) this.#soon();
  }

  /** What is asked for: people, groups or both. */
  get of() {
    return "people";
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.list.hidden = true;
    this.#active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), TYPING_PAUSE);
  }

  async #ask() {
    const turn = ++this.#asked;
    const query = new URLSearchParams({ q: this.input.value, of: this.of });
    let answer = null;
    try {
      const response = await fetch(`${this.getAttribute("suggestions")}?${query}`, { headers: { Accept: "application/json" } });
      if (response.ok && !response.redirected) answer = await response.json();
    } catch {
      // Not connected: said below.
    }
    if (turn === this.#asked) this.#show(answer);
  }

  #show(answer) {
    const found = (answer?.found ?? []).filter((choice) => this.offers(choice));
    this.list.replaceChildren(...found.map((choice, at) => this.#option(choice, at)));
    this.list.hidden = found.length === 0 || document.activeElement !== this.input;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.#activate(this.input.value.trim() && found.length > 0 ? 0 : -1);
    this.tell(!answer ? say("script-picker-away") : this.#count(found.length, answer.has_more));
  }

  #count(count, hasMore) {
    if (!this.input.value.trim()) return hasMore ? say("script-picker-type") : "";
    if (count === 0) return say("script-picker-none");
    return hasMore ? say("script-picker-more") : "";
  }

  #option({ name, is_group: isGroup, size }, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    option.choice = { name, isGroup };
    const shown = document.createElement("bdi");
    shown.textContent = name;
    option.append(shown);
    if (isGroup) option.append(hint(say("script-picker-group-size", { count: size })));
    return option;
  }

  #activate(at) {
    this.#active = at;
    const options = [...this.list.children];
    for (const [index, option] of options.entries()) option.setAttribute("aria-selected", String(index === at));
    if (at < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }

  #pressed(event) {
    const { key } = event;
    const count = this.list.hidden ? 0 : this.list.children.length;
    if (key === "Escape" && count > 0) this.close();
    else if (key === "ArrowDown" && count > 0) this.#activate((this.#active + 1) % count);
    else if (key === "ArrowUp" && count > 0) this.#activate((this.#active > 0 ? this.#active : count) - 1);
    else if (key === "Enter" && (count > 0 || this.input.value.trim())) this.#take(this.list.children[this.#active]);
    else return;
    event.preventDefault();
  }

  #take(option) {
    if (!option) return;
    this.take(option.choice);
    this.close();
    this.input.focus();
  }
}

export class NamePicker extends Suggesting {
  #chosen;

  ready() {
    this.#chosen = this.querySelector(".chosen");
    this.#chosen.addEventListener("click", (event) => this.#pressedChip(event));
    // What the server found is suggested anew.
    for (const found of this.querySelectorAll(".picker-options, .no-match, .more-note")) found.remove();
  }

  get of() {
    if (!this.getAttribute("groups")) return "people";
    return this.getAttribute("people") ? "both" : "groups";
  }

  /** The chosen names as the form sends them, [[field, name], …]. */
  get choices() {
    return [...this.querySelectorAll(".chosen input")].map(({ name, value }) => [name, value]);
  }

  set choices(choices) {
    this.#chosen.replaceChildren();
    for (const [field, name] of choices) {
      if (field && [this.getAttribute("people"), this.getAttribute("groups")].includes(field)) this.#add(field, name);
    }
    this.#changed();
  }

  offers({ name, is_group: isGroup }) {
    return !this.#has(this.#field(isGroup), name);
  }

  take({ name, isGroup }) {
    if (!this.#has(this.#field(isGroup), name)) this.#add(this.#field(isGroup), name);
    this.input.value = "";
    this.#changed();
    this.tell(say("script-picker-chosen", { name }));
  }

  tell(text) {
    this.querySelector(".picker-status").textContent = text;
  }

  #field(isGroup) {
    return this.getAttribute(isGroup ? "groups" : "people");
  }

  #has(field, name) {
    return this.choices.some((choice) => choice[0] === field && choice[1] === name);
  }

  #add(field, name) {
    const isGroup = field === this.getAttribute("groups");
    const chip = document.createElement("li");
    chip.className = isGroup ? "chip group" : "chip";
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: field, value: name, autocomplete: "off" });
    const shown = document.createElement("bdi");
    shown.textContent = name;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "chip-button", textContent: "×" });
    button.setAttribute("aria-label", say("script-picker-remove", { name }));
    chip.append(input, shown, ...(isGroup ? [hint(say("script-picker-group"))] : []), button);
    this.#chosen.append(chip);
  }

  #pressedChip(event) {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    const name = button.closest("li").querySelector("bdi").textContent;
    button.closest("li").remove();
    this.#changed();
    this.tell(say("script-picker-removed", { name }));
    this.input.focus();
  }

  #changed() {
    this.#chosen.hidden = this.#chosen.children.length === 0;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

export class NameField extends Suggesting {
  ready() {
    this.querySelector(".picker-options")?.remove();
  }

  offers({ name }) {
    return name !== this.input.value;
  }

  take({ name }) {
    this.input.value = name;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  tell() {}
}

function hint(text) {
  const hint = document.createElement("span");
  hint.className = "hint";
  hint.textContent = text;
  return hint;
}
