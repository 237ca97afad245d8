// The desktop notifications of this browser: whose they are, and which are shown. They go with the person.

import { pause } from "./asking.js";
import { isShared } from "./shared-computer.js";
import { findWorker, makeWorker } from "./worker-registration.js";

/** Says who wants notifications in this browser. */
const WANTED_BY = "tidings-notifications";
/** What is said of posts that were missed, all of them in one. */
const AWAY = "away";
/** What a browser does not answer does not keep back the rest. */
const MAX_TURN = 10_000;

/** The showing or closing that this page does now. */
let last = Promise.resolve();

/** "shared", "unsupported", "denied", "on" or "off", for this person in this browser. */
export function stateFor(user) {
  if (isShared()) return "shared";
  if (!globalThis.Notification || !navigator.serviceWorker) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" && wantedBy() === user ? "on" : "off";
}

/** Asks the browser for leave: only ever after a click. Whether the browser keeps what is wanted. */
export async function turnOn(user) {
  if (await Notification.requestPermission() !== "granted") return true;
  try {
    localStorage.setItem(WANTED_BY, user);
  } catch {
    return false;
  }
  await makeWorker();
  return true;
}

export async function turnOff() {
  try {
    localStorage.removeItem(WANTED_BY);
  } catch {
    // Nothing is kept there.
  }
  await closeWhere(() => true);
}

/** Shows what is to be said of a post, in place of what was said of it before. */
export function showPost({ post, url, title, user, urgent }) {
  return show(`post-${post}`, title, { post, url, user }, urgent);
}

/** Shows what is to be said of all that was missed. */
export function showMissed({ title, user }) {
  return show(AWAY, title, { post: null, url: "/", user }, false);
}

/** Closes those whose data are so: {post, user}, without a post of what was missed. */
export function closeWhere(isSo) {
  return inTurn(async () => {
    const worker = await findWorker();
    const shown = await worker?.getNotifications() ?? [];
    for (const notification of shown) if (isSo(notification.data ?? {})) notification.close();
  });
}

/** Closes what is somebody else's, and follows the clicks on those that stay. */
export function keepNotificationsToOnePerson() {
  const user = document.querySelector("tidings-stream")?.getAttribute("user") ?? null;
  closeWhere((data) => data.user !== user);
  if (user === null) navigator.clearAppBadge?.().catch(() => {});
  navigator.serviceWorker?.addEventListener("message", ({ data, ports }) => {
    if (data?.isThere) ports[0]?.postMessage(true);
    if (data?.open) go(data.open);
  });
  navigator.serviceWorker?.startMessages();
}

function show(tag, title, data, urgent) {
  return inTurn(async () => {
    const worker = await makeWorker();
    const icon = document.querySelector("link[rel=icon]")?.href;
    await worker?.showNotification(title, { tag, data, icon, dir: "auto", requireInteraction: urgent });
  });
}

/** One after the other: asked which there are, Chromium forgets one that it is about to show, and a click on it does nothing. */
function inTurn(act) {
  // Where the permission was taken back meanwhile, nothing is shown.
  last = last.then(() => Promise.race([act(), pause(MAX_TURN)])).catch(() => {});
  return last;
}

function wantedBy() {
  try {
    return localStorage.getItem(WANTED_BY);
  } catch {
    return null;
  }
}

/** What was missed is in the whole list, on its first page: another part of it is another page. */
function go(url) {
  const { origin, pathname } = new URL(url, location.href);
  const isHere = pathname === location.pathname && (pathname !== "/" || !location.search);
  if (origin === location.origin && !isHere) location.assign(pathname);
}
