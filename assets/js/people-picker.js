// <people-picker>: filters the names as one types, and counts who is chosen.

export class PeoplePicker extends HTMLElement {
  #filter;
  #names;

  connectedCallback() {
    this.#filter = this.querySelector("[name=filter]");
    this.#names = [...this.querySelectorAll(".picker-options li")].map((row) => ({ row, name: plain(row.textContent) }));
    this.#filter.addEventListener("input", () => this.#show());
    this.#filter.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.addEventListener("change", () => this.#count());
    this.#filter.form.addEventListener("submit", (event) => this.#unname(event.submitter));
    addEventListener("pageshow", () => { this.#filter.name = "filter"; this.#show(); this.#count(); });
    this.#show();
    this.#count();
  }

  #show() {
    const part = plain(this.#filter.value);
    for (const { row, name } of this.#names) row.hidden = !name.includes(part);
    this.querySelector(".no-match").hidden = this.#names.some(({ row }) => !row.hidden);
  }

  #count() {
    const chosen = this.querySelectorAll(".picker-options :checked").length;
    this.querySelector(".chosen-count").textContent = chosen === 0 ? "Nobody chosen yet" : `${chosen} chosen`;
  }

  /** The server would leave names out by this filter; here they are only hidden, so it need not know. */
  #unname(submitter) {
    if (!submitter?.classList.contains("filter-button")) this.#filter.removeAttribute("name");
  }
}

/** Drops case and accents, so that "jose" finds "José". */
function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase().trim();
}
