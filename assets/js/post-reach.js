// <post-reach action button>: says whom the post in its form would reach, as that is chosen, and has the button that publishes
// it say so, too.

const PAUSE = 300;
const FIELDS = ["audience", "recipients", "groups", "except", "external", "kind", "severity"];

export class PostReach extends HTMLElement {
  #form;
  #asked = 0;
  #timer = 0;
  #said = "";
  #plain = "";

  connectedCallback() {
    if (this.#form) return;
    this.#form = this.closest("form");
    this.#said = this.#chosen().toString();
    this.#plain = this.#publish()?.dataset.plain;
    this.#name(this.getAttribute("button"));
    this.#form.addEventListener("change", () => this.#soon());
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const body = this.#chosen();
    if (body.toString() === this.#said) return;
    this.#said = body.toString();
    const turn = ++this.#asked;
    let [text, button] = ["", ""];
    try {
      const response = await fetch(this.getAttribute("action"), { method: "POST", body });
      if (response.ok && !response.redirected) ({ text, button } = await response.json());
    } catch {
      // Not connected: it is not known.
    }
    if (turn !== this.#asked) return;
    this.textContent = text;
    this.#name(button);
  }

  /** What it sends, and to how many: while the form is filled in, only a script knows that. */
  #name(button) {
    const publish = this.#publish();
    if (publish) publish.textContent = button || this.#plain;
  }

  #publish() {
    return this.#form.querySelector(".publish");
  }

  #chosen() {
    const sent = [...new FormData(this.#form)].filter(([name]) => FIELDS.includes(name));
    return new URLSearchParams(sent);
  }
}
