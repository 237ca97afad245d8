// <submit-once>: a form in it is sent once, however often its button is pressed.

/** After that the answer is not coming, and one may try again. */
const GIVE_UP_AFTER = 15_000;

export class SubmitOnce extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.addEventListener("submit", (event) => this.#sent(event));
    addEventListener("pageshow", () => this.#again());
  }

  #sent(event) {
    if (this.hasAttribute("sent")) return event.preventDefault();
    this.setAttribute("sent", "");
    this.#timer = setTimeout(() => this.#again(), GIVE_UP_AFTER);
    // Only once the form's data has been taken: a disabled button is not part of it.
    setTimeout(() => event.submitter?.setAttribute("aria-disabled", "true"));
  }

  #again() {
    clearTimeout(this.#timer);
    this.removeAttribute("sent");
    for (const button of this.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}
