// <post-reach action>: says whom the post in its form would reach, as that is chosen.

const PAUSE = 300;
const FIELDS = ["audience", "recipients", "groups", "except", "external"];

export class PostReach extends HTMLElement {
  #form;
  #asked = 0;
  #timer = 0;
  #said = "";

  connectedCallback() {
    if (this.#form) return;
    this.#form = this.closest("form");
    this.#said = this.#chosen().toString();
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
    let text = "";
    try {
      const response = await fetch(this.getAttribute("action"), { method: "POST", body });
      if (response.ok && !response.redirected) text = (await response.json()).text;
    } catch {
      // Not connected: it is not known.
    }
    if (turn === this.#asked) this.textContent = text;
  }

  #chosen() {
    const sent = [...new FormData(this.#form)].filter(([name]) => FIELDS.includes(name));
    return new URLSearchParams(sent);
  }
}
