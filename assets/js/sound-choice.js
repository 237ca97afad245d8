// <sound-choice>: who ticks a sound hears it.

import { play } from "./bell-sound.js";

export class SoundChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", ({ target }) => target.checked && play(target.value));
  }
}
