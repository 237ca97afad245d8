// The sheet that asks until when a post is to wait. It shows the form of the page that does so without a script, so that both
// offer the same times.

import { say } from "./texts.js";
import { trustedHtml } from "./trusted-types.js";

/** Shows the form of the page at this address, and throws if it cannot. Escape closes it. */
export async function openSheet(address) {
  const choices = await fetchChoices(address);
  if (document.querySelector("dialog[open]")) return;
  const before = document.activeElement;
  const sheet = document.createElement("dialog");
  sheet.className = "snooze-sheet";
  sheet.setAttribute("aria-labelledby", "snooze-title");
  sheet.append(choices);
  sheet.addEventListener("click", ({ target }) => target === sheet && sheet.close());
  choices.querySelector(".snooze-cancel").addEventListener("click", (event) => {
    event.preventDefault();
    sheet.close();
  });
  sheet.addEventListener("submit", (event) => submitted(event, sheet));
  // Whose post it is about may be signed out.
  const hide = () => sheet.close();
  document.addEventListener("page:hidden", hide);
  sheet.addEventListener("close", () => {
    document.removeEventListener("page:hidden", hide);
    sheet.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  });
  document.body.append(sheet);
  sheet.showModal();
  sheet.querySelector("button").focus();
}

async function fetchChoices(address) {
  const answer = await fetch(address, { cache: "no-store", credentials: "same-origin", redirect: "error" });
  const page = new DOMParser().parseFromString(trustedHtml(await answer.text()), "text/html");
  const choices = page.querySelector(".snooze-choices");
  if (!answer.ok || !choices) throw new Error();
  return choices;
}

async function submitted(event, sheet) {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const problem = await send(form.getAttribute("action"), body);
  if (problem === null) {
    sheet.close();
    document.dispatchEvent(new CustomEvent("page:say", { detail: { text: say("script-snoozed") } }));
  } else tell(sheet, problem);
}

/** Null, if it was taken; else what is wrong. */
async function send(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" }, body });
    if (answer.ok) return null;
    const { problems } = await answer.json();
    return problems?.until ?? say("script-not-saved");
  } catch {
    return say("script-not-saved");
  }
}

function tell(sheet, text) {
  sheet.querySelector(".problem")?.remove();
  const problem = document.createElement("p");
  problem.className = "problem";
  problem.setAttribute("role", "alert");
  problem.textContent = text;
  sheet.querySelector(".snooze-cancel").before(problem);
}
