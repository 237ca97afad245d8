// <unread-count>: how many posts are unread, in the menu, and from there in the title, the icon and the app's badge. Nothing
// for none; more than 99 are "99+".

import { say } from "./texts.js";

const MAX_SHOWN = 99;

export class UnreadCount extends HTMLElement {
  connectedCallback() {
    document.addEventListener("stream:receipts", ({ detail }) => this.#show(detail.unread));
    document.addEventListener("stream:state", ({ detail }) => detail.name === "signed-out" && this.#show(0));
  }

  #show(count) {
    const text = count === 0 ? "" : count > MAX_SHOWN ? `${MAX_SHOWN}+` : `${count}`;
    if (text !== (this.querySelector("b")?.textContent ?? "")) this.#write(text);
    this.dispatchEvent(new CustomEvent("unread:changed", { bubbles: true, detail: { text } }));
    const told = count === 0 ? navigator.clearAppBadge?.() : navigator.setAppBadge?.(count);
    // Only where the app is installed, and allowed to.
    told?.catch(() => {});
  }

  #write(text) {
    const number = document.createElement("b");
    number.textContent = text;
    const unit = document.createElement("span");
    unit.className = "visually-hidden";
    unit.textContent = ` ${say("script-unread")}`;
    this.replaceChildren(...(text ? [" ", number, unit] : []));
  }
}
