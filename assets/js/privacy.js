// What a page shows is one person's. When their session has ended, it goes out of sight and out of the page at once,
// but for what they are typing. It comes back when they sign in again in another tab; when somebody else does, the
// page gives way to theirs. The feed empties and fills itself (post-feed.js).

import { onOtherViewer } from "./draft-storage.js";
import { BY_ITSELF, askSession } from "./session.js";
import { trustedHtml } from "./trusted-types.js";
import { say } from "./texts.js";

const PRIVATE_REGIONS = "main:not(.centered-page), .sidebar";

export function keepPagesPrivate() {
  const user = document.querySelector("tidings-stream")?.getAttribute("user");
  if (user) new Privacy(user);
}

class Privacy {
  #user;
  #title = null;
  /** The names to choose from that were taken out of a form: [mark, row]. */
  #rows = [];
  #retitling = new MutationObserver(() => this.#hideTitle());

  constructor(user) {
    this.#user = user;
    document.addEventListener("stream:state", ({ detail }) => this.#follow(detail.name));
    document.addEventListener("visibilitychange", () => document.hidden || this.#look());
    addEventListener("pageshow", () => this.#look());
    onOtherViewer(() => this.#giveWay());
  }

  get #isHidden() {
    return this.#title !== null;
  }

  #follow(state) {
    if (state === "signed-out" && !this.#isHidden) this.#hide();
    if (state === "live" && this.#isHidden) this.#bringBack();
  }

  #look() {
    if (this.#isHidden) this.#giveWay();
  }

  #hide() {
    this.#title = document.title;
    this.#hideTitle();
    this.#retitling.observe(document.querySelector("title"), { childList: true });
    for (const region of document.querySelectorAll("#spoken-news, #spoken-alerts")) region.replaceChildren();
    document.dispatchEvent(new CustomEvent("page:hidden"));
    if (!document.querySelector("post-feed")) for (const place of document.querySelectorAll(PRIVATE_REGIONS)) this.#empty(place);
    this.#giveWay();
  }

  #hideTitle() {
    if (document.title !== "Tidings") document.title = "Tidings";
  }

  #empty(place) {
    for (const child of [...place.childNodes]) {
      if (!(child instanceof Element) || !isWriting(child)) child.remove();
      else if (child.matches("form, post-draft")) this.#takeNames(child);
      else this.#empty(child);
    }
    if (place.matches("main") && !place.firstElementChild) place.append(lineOf(say("script-private")));
  }

  #takeNames(form) {
    for (const row of form.querySelectorAll(".picker-options li:not(:has(:checked)), .suggestions li")) {
      const mark = document.createComment("");
      row.replaceWith(mark);
      this.#rows.push([mark, row]);
    }
  }

  async #bringBack() {
    this.#retitling.disconnect();
    document.title = this.#title;
    this.#title = null;
    for (const [mark, row] of this.#rows.splice(0)) mark.replaceWith(row);
    if (document.querySelector("post-feed")) return;
    const fresh = await fetchPage();
    if (this.#isHidden) return;
    const [now, then] = [document.querySelectorAll(PRIVATE_REGIONS), fresh?.querySelectorAll(PRIVATE_REGIONS) ?? []];
    now.forEach((place, i) => {
      if (isWriting(place)) return;
      if (then[i]) place.replaceChildren(...then[i].childNodes);
      else if (place.matches("main")) place.replaceChildren(lineOf(say("script-private-back")));
    });
  }

  /** If somebody else is signed in now, their page takes the place of this one, and nothing of it is kept. */
  async #giveWay() {
    const session = await askSession();
    if (!session?.user || String(session.user.id) === this.#user) return;
    document.dispatchEvent(new CustomEvent("page:other-user"));
    location.replace(location.pathname + location.search);
  }
}

/** Whether something stands in a form here that was typed and not sent. */
function isWriting(place) {
  const forms = place.matches("form") ? [place] : [...place.querySelectorAll("form")];
  return forms.some((form) => [...form.elements].some((field) => isTyped(field)));
}

function isTyped(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.closest("post-draft") && ["title", "body"].includes(field.name)) return field.value.trim() !== "";
  return ["text", "textarea", "password"].includes(field.type) && field.value !== field.defaultValue;
}

async function fetchPage() {
  try {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store", credentials: "same-origin", headers: BY_ITSELF });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(trustedHtml(await answer.text()), "text/html");
  } catch {
    return null;
  }
}

function lineOf(text) {
  const line = document.createElement("p");
  line.className = "lead";
  line.textContent = text;
  return line;
}
