// Who is signed in.

const TIMEOUT = 10_000;

/** Headers of what a page asks by itself, which is no use of the session. */
export const BY_ITSELF = { "Tidings-By-Itself": "yes" };

/** The session as the server sees it, or null when it cannot be asked. */
export async function askSession() {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    const answer = await fetch("/session", { cache: "no-store", credentials: "same-origin", signal: abort.signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
