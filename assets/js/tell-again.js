// <tell-again>: in the form of an edit, suggests to tell its readers again when it is more than wording: what it is, how urgent,
// until when it is there, or whom it is for. Whoever has decided is not asked again.

const WEIGHTY = ["kind", "severity", "expires", "audience", "external", "recipients", "groups", "except"];

export class TellAgain extends HTMLElement {
  #isDecided = false;

  connectedCallback() {
    const box = this.querySelector("input");
    this.#isDecided = box.checked;
    box.addEventListener("change", (event) => { this.#isDecided ||= event.isTrusted; });
    this.closest("form").addEventListener("change", ({ target }) => {
      if (WEIGHTY.includes(target.name) && !this.#isDecided) box.checked = true;
    });
  }
}
