// Which posts of the page are unread, as its rows show it, and what the person does about it.

import { say } from "./texts.js";

/** By post, whether it is unread, as far as it was told since the page was made. */
const known = new Map();

/** Follows what is told, and the buttons on posts. Rows that become unread again send post:put-back. */
export function keepReadingTrue() {
  document.addEventListener("stream:receipts", ({ detail }) => told(detail));
  document.addEventListener("submit", (event) => event.target.matches("form.reading") && pressed(event));
}

/**
 * Shows of a row that comes into the page what was told of its post. What arrives before anything was told of it is unread: it
 * may be urgent, and is put where it belongs once.
 */
export function showReading({ row, post, author, before = null }) {
  const user = document.querySelector("tidings-stream")?.getAttribute("user");
  const isOwn = before?.hasAttribute("data-own") ?? String(author) === user;
  row.toggleAttribute("data-own", isOwn);
  row.toggleAttribute("data-unread", known.get(String(post)) ?? before?.hasAttribute("data-unread") ?? !isOwn);
}

/** Tells the server that a post was read, or is to be read later. Whether it took it. */
export async function markRead(post, isRead = true, headers = {}) {
  const done = await send(`/posts/${post}/reading${isRead ? "" : "/removal"}`, {}, headers);
  if (done) told({ all: false, posts: { [post]: { read: isRead } } });
  return done !== null;
}

/** Sends a form's fields as a script does; the answer, or null if it was not taken. */
export async function send(address, fields = {}, headers = {}) {
  const body = new URLSearchParams(fields);
  try {
    const answer = await fetch(address, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json", ...headers }, body });
    return answer.ok ? answer : null;
  } catch {
    return null;
  }
}

function told({ all, posts }) {
  if (all) known.clear();
  for (const [post, { read }] of Object.entries(posts)) known.set(post, !read);
  for (const row of document.querySelectorAll("li[data-post], article[data-post]")) {
    const state = posts[row.dataset.post];
    if ((state || all) && !row.hasAttribute("data-own")) show(row, state ? !state.read : false);
  }
}

function show(row, isUnread) {
  if (row.hasAttribute("data-unread") === isUnread) return;
  const held = row.querySelector("form.reading")?.contains(document.activeElement);
  row.toggleAttribute("data-unread", isUnread);
  if (isUnread) row.dispatchEvent(new CustomEvent("post:put-back", { bubbles: true }));
  // The button that had the focus has given way to the other one.
  if (held) row.querySelector(isUnread ? ".mark-read" : ".mark-unread").focus({ preventScroll: true });
}

async function pressed(event) {
  event.preventDefault();
  const form = event.target;
  const row = form.closest("[data-post]");
  form.querySelector(".problem")?.remove();
  if (await markRead(row.dataset.post, event.submitter?.matches(".mark-unread") !== true)) return;
  const problem = document.createElement("span");
  problem.className = "problem";
  problem.setAttribute("role", "alert");
  problem.textContent = say("script-not-saved");
  form.append(problem);
}
