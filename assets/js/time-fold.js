// <time-fold>: around what is folded away of a form and has times in it: its words say which are set.

export class TimeFold extends HTMLElement {
  connectedCallback() {
    const fold = this.querySelector("details");
    const times = fold.querySelectorAll("[type=datetime-local]");
    const tell = () => times.forEach((time) => fold.toggleAttribute(`data-${time.name}`, Boolean(time.value)));
    for (const name of ["input", "change"]) this.addEventListener(name, tell);
    // A draft is put back without an event, and browsers fill forms in again by themselves.
    queueMicrotask(tell);
    addEventListener("pageshow", () => setTimeout(tell));
  }
}
