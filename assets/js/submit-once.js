// <submit-once>: sends the form in it once, however often its button is pressed.

/** After this time the answer is not coming any more, and one may try again. */
const SUBMIT_TIMEOUT = 15_000;

export class SubmitOnce extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.addEventListener("submit", (event) => this.#sent(event));
    // What keeps the form from being sent cannot be shown in a fold that is closed.
    this.addEventListener("invalid", ({ target }) => unfold(target), { capture: true });
    addEventListener("pageshow", () => this.#again());
  }

  #sent(event) {
    if (this.hasAttribute("sent")) return event.preventDefault();
    this.setAttribute("sent", "");
    this.#timer = setTimeout(() => this.#again(), SUBMIT_TIMEOUT);
    // This waits until the form's data has been taken, since a disabled button is not part of it.
    setTimeout(() => event.submitter?.setAttribute("aria-disabled", "true"));
  }

  #again() {
    clearTimeout(this.#timer);
    this.removeAttribute("sent");
    for (const button of this.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}

function unfold(field) {
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}
