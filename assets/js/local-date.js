// <local-date>: shows what day it is for the reader.

import { MIDNIGHT } from "./times.js";
import { LOCALE } from "./texts.js";
import { ZONE } from "./zone.js";

const DAY = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, weekday: "long", day: "numeric", month: "long" });

export class LocalDate extends HTMLElement {
  connectedCallback() {
    this.#show();
    document.addEventListener(MIDNIGHT, () => this.#show());
  }

  #show() {
    const now = new Date();
    this.textContent = DAY.format(now);
  }
}
