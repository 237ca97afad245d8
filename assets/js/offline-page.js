// On the page that says that there is no connection: looks whether there is one again, and then shows what was asked for.

const LOOK_INTERVAL = 3000;
const LOOK_TIMEOUT = 10_000;
/** Many may be back at the same moment. */
const RETURN_SPREAD = 2000;

let looks = false;

async function look() {
  if (looks || document.hidden) return;
  looks = true;
  if (await isThere()) setTimeout(() => location.reload(), Math.random() * RETURN_SPREAD);
  else looks = false;
}

async function isThere() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(LOOK_TIMEOUT) });
    return answer.ok;
  } catch {
    return false;
  }
}

document.querySelector(".try-again").addEventListener("click", (event) => { event.preventDefault(); location.reload(); });
setInterval(look, LOOK_INTERVAL);
addEventListener("online", look);
document.addEventListener("visibilitychange", look);
