// A post's page leads back to the part of the list that its reader came from, and there to the post. The tab notes which that
// was, for that person alone.

import { isShared } from "./shared-computer.js";

const KEY = "tidings-list";

export function rememberLists() {
  const user = document.querySelector("tidings-stream")?.getAttribute("user");
  if (!user) return;
  if (document.querySelector("post-feed") && !isShared()) addEventListener("pagehide", () => note(user));
  const link = document.querySelector("a.to-list");
  if (link) leadBack(link, noted(user));
}

function note(user) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ user, address: location.pathname + location.search }));
  } catch {
    // The link leads to the beginning of the list.
  }
}

function noted(user) {
  try {
    const list = JSON.parse(sessionStorage.getItem(KEY));
    return list?.user === user && /^\/(\?|$)/.test(list.address) ? list.address : null;
  } catch {
    return null;
  }
}

function leadBack(link, address) {
  const post = document.querySelector("article[data-post]")?.dataset.post;
  const before = address ?? link.getAttribute("href");
  link.href = post ? `${before}#post-${post}` : before;
  link.addEventListener("click", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    // The page before this one is that list: the browser has it as it was left.
    if (!isPlain || document.referrer !== new URL(before, location.href).href) return;
    event.preventDefault();
    history.back();
  });
}
