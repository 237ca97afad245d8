// The page of a wall, as the server has it at this moment: asked for before anything is done that cannot be undone, since
// a screen that nobody touches never comes back from a page that is not its own.

const TIMEOUT = 10_000;
/** Two builds may answer in turns while one after the other is replaced; between two reloads lies at least this time. */
const RELOAD_INTERVAL = 5 * 60 * 1000;
const LAST_RELOAD = "tidings-wall-reloaded";

/** `{isShown, build}`, or null when nobody answers, or somebody else does. */
export async function askWall() {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    const answer = await fetch(location.pathname, { cache: "no-store", credentials: "same-origin", redirect: "error", signal: abort.signal });
    const text = await answer.text();
    const wall = /<html[^>]* class="wall" data-wall="(shown|ended)"(?: data-build="([^"]*)")?/.exec(text);
    if (!wall || answer.ok !== (wall[1] === "shown")) return null;
    return { isShown: wall[1] === "shown", build: wall[2] ?? "" };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** How long it is until the page may be loaded anew, in milliseconds. */
export function untilReload() {
  return Math.max(0, lastReload() + RELOAD_INTERVAL - Date.now());
}

export function reload() {
  try {
    sessionStorage.setItem(LAST_RELOAD, String(Date.now()));
  } catch { /* Then it is reloaded more often. */ }
  location.reload();
}

function lastReload() {
  try {
    const last = Number(sessionStorage.getItem(LAST_RELOAD));
    // In the future, it was by a clock that was ahead.
    return last <= Date.now() ? last : 0;
  } catch {
    return 0;
  }
}
