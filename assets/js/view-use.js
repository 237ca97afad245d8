// Where the operator wants it so, a page that is in view counts as use of the session; it says so every hour.

const INTERVAL = 60 * 60 * 1000;

export function sayThatItIsInView() {
  if (!document.documentElement.hasAttribute("data-view-is-use")) return;
  setInterval(() => document.hidden || say(), INTERVAL);
}

async function say() {
  try {
    await fetch("/session/use", { method: "POST", credentials: "same-origin", redirect: "error" });
  } catch {
    // It says so again in an hour.
  }
}
