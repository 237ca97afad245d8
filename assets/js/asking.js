// What a page asks of the server by itself, as GET.

import { BY_ITSELF } from "./session.js";

const MIN_PAUSE = 1000;
const MAX_PAUSE = 30_000;

/** Resolves after so many milliseconds. */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Asks until there is an answer, so often at most. Its text if it is a 200, else null; null, too, for who is signed out. */
export async function askAgain(address, attempts = Infinity) {
  for (let attempt = 1, wait = MIN_PAUSE; ; attempt += 1, wait = Math.min(wait * 2, MAX_PAUSE)) {
    const answer = await askOnce(address).catch(() => null);
    if (answer?.status === 200) return answer.text;
    if (answer && answer.status < 500 && answer.status !== 429) return null;
    if (attempt >= attempts || document.documentElement.dataset.stream === "signed-out") return null;
    await pause(wait);
  }
}

async function askOnce(address) {
  const answer = await fetch(address, { cache: "no-store", credentials: "same-origin", headers: BY_ITSELF, redirect: "error" });
  return { status: answer.status, text: await answer.text() };
}
