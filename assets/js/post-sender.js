// <post-sender>: sends the post form in it, and where there is no answer, says so and tries again by itself. The form's
// one-time key makes many tries one post. Whatever the server answers but for the published post is left to the
// browser, which sends the form once more and shows the answer as it always does.

const SECOND = 1000;
const ANSWER_TIMEOUT = 30 * SECOND;
const MIN_RETRY_DELAY = 1 * SECOND;
const MAX_RETRY_DELAY = 15 * SECOND;

/** A proxy answers so when its server is down, and a server when it cannot write just now. */
const UNAVAILABLE = [502, 503, 504];

export class PostSender extends HTMLElement {
  #stop = null;
  #letsThrough = false;

  connectedCallback() {
    // The capture phase comes before all other listeners, which are to hear only of what the browser sends.
    this.addEventListener("submit", (event) => this.#submitted(event), { capture: true });
    this.querySelector(".sending-note button").addEventListener("click", () => this.#giveUp());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#giveUp());
  }

  #submitted(event) {
    const { target: form, submitter } = event;
    if (this.#letsThrough || submitter?.value === "filter") return;
    event.preventDefault();
    event.stopPropagation();
    if (!this.#stop) this.#send(form, submitter);
  }

  async #send(form, submitter) {
    const stop = new AbortController();
    this.#stop = stop;
    submitter?.setAttribute("aria-disabled", "true");
    // A button without an address of its own says that of the page.
    const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
    const fields = fieldsOf(form, submitter);
    for (let wait = MIN_RETRY_DELAY; !stop.signal.aborted; wait = Math.min(2 * wait, MAX_RETRY_DELAY)) {
      const answer = await post(address, fields, stop.signal);
      if (stop.signal.aborted) return;
      if (answer && !UNAVAILABLE.includes(answer.status)) return this.#answered(answer, form, submitter);
      this.#say(form, answer ? "busy" : "away");
      await pause(wait, stop.signal);
    }
  }

  #answered(answer, form, submitter) {
    this.#giveUp();
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/posts/")) {
      this.dispatchEvent(new CustomEvent("post:sent", { bubbles: true }));
      return location.assign(answer.url);
    }
    this.#letsThrough = true;
    form.requestSubmit(submitter);
    this.#letsThrough = false;
  }

  /** The form cannot be changed until it was sent or one gives up. */
  #say(form, why) {
    form.inert = true;
    const sending = this.querySelector(".sending-note");
    if (!sending.hidden && sending.dataset.why === why) return;
    sending.hidden = false;
    sending.dataset.why = why;
    for (const text of sending.querySelectorAll("[data-when]")) text.hidden = text.dataset.when !== why;
    const { textContent: text } = sending.querySelector(`[data-when="${why}"]`);
    this.dispatchEvent(new CustomEvent("page:say", { bubbles: true, detail: { text } }));
    sending.querySelector("button").focus();
  }

  #giveUp() {
    this.#stop?.abort();
    this.#stop = null;
    this.querySelector(".sending-note").hidden = true;
    this.querySelector("form").inert = false;
    for (const button of this.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}

/** The fields as the browser would send them. The filter is left out: here it only hides names. */
function fieldsOf(form, submitter) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (name !== "filter") fields.append(name, value.replaceAll(/\r\n?|\n/g, "\r\n"));
  }
  if (submitter?.name) fields.append(submitter.name, submitter.value);
  return fields;
}

/** Answers null when the server does not. */
async function post(address, body, signal) {
  const attempt = new AbortController();
  const end = () => attempt.abort();
  const timer = setTimeout(end, ANSWER_TIMEOUT);
  signal.addEventListener("abort", end);
  try {
    return await fetch(address, { method: "POST", body, cache: "no-store", credentials: "same-origin", signal: attempt.signal });
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

/** Ends early when there is a network again, the stream is live, or one gives up. */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const ended = new AbortController();
    const end = () => { clearTimeout(timer); ended.abort(); resolve(); };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end, { signal: ended.signal });
    document.addEventListener("stream:state", ({ detail }) => detail.name === "live" && end(), { signal: ended.signal });
    signal.addEventListener("abort", end, { signal: ended.signal });
  });
}
