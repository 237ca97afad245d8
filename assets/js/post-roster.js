// <post-roster board="roster:42" post beside>: who has seen a post, as the stream tells it. Rows change where they stand; whose row
// is on another page, or in another list, changes the numbers alone. What stands beside them (reminders, what became of the post)
// is fetched when the stream says that it is another.

import { BY_ITSELF } from "./session.js";
import { clock } from "./times.js";
import { say } from "./texts.js";
import { trustedHtml } from "./trusted-types.js";

const WORDS = { acknowledged: "script-roster-has-seen", outstanding: "script-roster-not-yet", apart: "script-roster-apart" };

export class PostRoster extends HTMLElement {
  #isHeard = null;
  #rev = 0;
  #recipients = 0;

  connectedCallback() {
    this.#isHeard = new AbortController();
    const { signal } = this.#isHeard;
    document.addEventListener("stream:roster", ({ detail }) => this.#told(detail), { signal });
    document.addEventListener("stream:state", ({ detail }) => detail.name === "signed-out" && this.replaceChildren(), { signal });
    this.dispatchEvent(new CustomEvent("board:appeared", { bubbles: true }));
  }

  disconnectedCallback() {
    this.#isHeard.abort();
  }

  #told({ post, gone, rev, beside, people, answers, ...numbers }) {
    if (String(post) !== this.getAttribute("post") || rev < this.#rev) return;
    // The server says what there is for somebody who may not see it any more.
    if (gone) return location.reload();
    // Nobody leaves a roster: some of those are not for this viewer any more.
    if (numbers.recipients < this.#recipients) return location.reload();
    this.#recipients = numbers.recipients;
    this.#rev = rev;
    for (const [name, count] of Object.entries(numbers)) {
      const place = this.querySelector(`[data-number="${name}"]`);
      if (place && count !== null) place.textContent = say("script-roster-number", { count });
    }
    this.#showReminder(numbers.outstanding);
    answers.forEach((count, answer) => {
      const place = this.querySelector(`[data-answer="${answer}"] .answer-count`);
      if (place) place.textContent = say("script-roster-number", { count });
    });
    for (const person of people) {
      this.#show(person);
      this.#showCall(person);
    }
    if (beside !== this.getAttribute("beside")) this.#fetchBeside(beside);
    if (people.some(({ id, answer }) => this.#meansHelp(answer) && !this.querySelector(`[data-helped="${id}"]`))) this.#offerHelp();
  }

  /** Whom the button would remind. */
  #showReminder(count) {
    const button = this.querySelector("form.roster-remind button");
    if (button) button.textContent = say("script-roster-remind", { count });
  }

  /** What has the focus stays as it is. */
  async #fetchBeside(beside) {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin", headers: BY_ITSELF }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(trustedHtml(await answer.text()), "text/html");
    this.setAttribute("beside", beside);
    for (const part of this.querySelectorAll("[data-beside]")) {
      const now = fresh.querySelector(`[data-beside="${part.dataset.beside}"]`);
      if (now && !part.contains(document.activeElement)) part.replaceWith(now);
    }
    this.#takeStates(fresh);
  }

  /** With what became of the post, all who have said nothing are asked no more, or are asked again: those of a list of whom is
      asked are not in it any more. */
  #takeStates(fresh) {
    const none = say("script-roster-number", { count: 0 });
    const isOver = fresh.querySelector('[data-number="outstanding"]')?.textContent === none;
    for (const row of this.querySelectorAll("[data-person]")) {
      const now = fresh.querySelector(`[data-person="${row.dataset.person}"]`);
      const state = now?.dataset.state ?? (isOver && row.dataset.state === "outstanding" ? "apart" : row.dataset.state);
      if (state === row.dataset.state) continue;
      row.dataset.state = state;
      row.querySelector(".roster-words").textContent = now?.querySelector(".roster-words").textContent ?? say(WORDS[state]);
    }
  }

  #meansHelp(answer) {
    return answer !== null && this.querySelector(`[data-answer="${answer}"].help`) !== null;
  }

  /** Who needs help stands on the page with what they said, which comes with it alone. */
  #offerHelp() {
    const note = this.querySelector(".help-note");
    if (!note.hidden) return;
    note.hidden = false;
    this.dispatchEvent(new CustomEvent("page:say", { bubbles: true, detail: { text: note.textContent.trim(), urgent: true } }));
  }

  /** Who helps somebody who stands among those who need it; who does not need it any more is struck out. */
  #showCall({ id, answer, taken }) {
    const call = this.querySelector(`[data-helped="${id}"]`);
    if (!call) return;
    call.toggleAttribute("data-taken", taken !== undefined);
    call.toggleAttribute("data-ended", !this.#meansHelp(answer));
    if (!taken) return;
    call.querySelector(".call-helper bdi").textContent = taken.by;
    const time = call.querySelector(".call-helper time");
    time.dateTime = taken.at;
    time.textContent = clock(new Date(taken.at));
  }

  /** By whom for whom: the words are the page's. */
  #byWords(by, name) {
    const words = this.querySelector(".roster-by-words").content.firstElementChild.cloneNode(true);
    const [who, whom] = words.querySelectorAll("bdi");
    who.textContent = by;
    whom.textContent = name;
    return words;
  }

  /** Of who is not asked anything there is none. */
  #stateWords(state) {
    return this.querySelector('[data-number="acknowledged"]') ? say(WORDS[state]) : "";
  }

  #show({ id, name, state, at, answer, by, sent, read }) {
    const row = this.querySelector(`[data-person="${id}"]`);
    if (!row) return;
    row.dataset.state = state;
    const words = this.querySelector(`[data-answer="${answer}"] .answer-words`)?.textContent;
    row.querySelector(".roster-state .roster-words").textContent = words ?? this.#stateWords(state);
    const seen = row.querySelector(".roster-seen");
    if (seen && read !== undefined) seen.textContent = this.getAttribute(read ? "read-words" : sent ? "sent-words" : "unread-words");
    row.querySelector(".roster-by")?.remove();
    if (by) row.querySelector(".roster-state").append(" ", this.#byWords(by, name));
    const place = row.querySelector(".roster-at");
    const link = place.querySelector(".answer-for-link");
    place.replaceChildren();
    if (link) place.append(link);
    if (!at) return;
    const time = document.createElement("time");
    time.dateTime = at;
    time.textContent = clock(new Date(at));
    place.prepend(time, " ");
  }
}
