// Whether the reader is at an element: they point at it, or something in it has the focus. What is there does not move then.

export class Attention {
  #element;
  /** The pointer has moved over the element, and is there. */
  #isPointedAt = false;
  /** Where the pointer was last. */
  #pointer = "";

  /** Calls `left` when they may have left it. */
  constructor(element, left) {
    this.#element = element;
    element.addEventListener("pointermove", (event) => this.#pointedAt(event));
    addEventListener("pagehide", () => { this.#isPointedAt = false; });
    element.addEventListener("pointerleave", () => { this.#isPointedAt = false; left(); });
    // The focus is nowhere until it is in its new place.
    element.addEventListener("focusout", () => setTimeout(left));
  }

  get isHere() {
    return this.#isPointedAt || this.#element.contains(document.activeElement);
  }

  /** Some engines tell of a pointer that rests, too, when the list has moved below it: then it is where it was last. */
  #pointedAt({ pointerType, screenX, screenY }) {
    const place = `${screenX} ${screenY}`;
    if (this.#pointer && place !== this.#pointer) this.#isPointedAt = pointerType !== "touch";
    this.#pointer = place;
  }
}
