// <local-date>: shows what day it is for the reader.

import { MIDNIGHT } from "./times.js";

const WEEKDAY = new Intl.DateTimeFormat("en-GB", { weekday: "long" });
const LONG_DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });

export class LocalDate extends HTMLElement {
  connectedCallback() {
    this.#show();
    document.addEventListener(MIDNIGHT, () => this.#show());
  }

  #show() {
    const now = new Date();
    this.textContent = `${WEEKDAY.format(now)}, ${LONG_DAY.format(now)}`;
  }
}
