// <title-field>: around a title, which is one line, and takes as many on the screen as it needs. Enter does in it what it does in
// a field of one line: it presses the first button of the form.

const BREAKS = /\s*[\r\n]+\s*/g;

export class TitleField extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && press(event));
    this.addEventListener("input", ({ target, isComposing }) => isComposing || keepToOneLine(target));
  }
}

function press(event) {
  event.preventDefault();
  const { form } = event.target;
  form.requestSubmit(form.querySelector("button"));
}

/** What is pasted may have breaks in it. */
function keepToOneLine(title) {
  const line = title.value.replaceAll(BREAKS, " ");
  if (line !== title.value) title.value = line;
  if (CSS.supports("field-sizing", "content")) return;
  title.style.blockSize = "auto";
  title.style.blockSize = `${title.scrollHeight + title.offsetHeight - title.clientHeight}px`;
}
