// Where keys lead: from post to post in the list, from one post's page to the next, and to the newest alert that is open.

import { say } from "./texts.js";

const ROWS = "post-feed li[data-post]";

/** The post that has the focus in the list, or that the page is about. */
export function heldPost() {
  return document.activeElement?.closest(ROWS) ?? document.querySelector("post-page article[data-post]");
}

/** On to the next post (1) or back to the one before (-1). */
export function step(direction) {
  const rows = [...document.querySelectorAll(ROWS)];
  if (rows.length === 0) return followNeighbour(direction);
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? rows.find(isInView) ?? rows[0] : rows[at + direction];
  if (next) focusRow(next);
  else document.querySelector(direction > 0 ? ".older-link:not([hidden])" : ".new-posts:not([hidden]) button")?.focus();
}

/** To the newest alert that is open: in the bar, in the list, or in the list of alerts. */
export function goToOpenAlert() {
  const inBar = document.querySelector("alert-bar:not([hidden]) .alert-bar-title");
  if (inBar) return inBar.focus();
  const row = document.querySelector("post-feed li[data-severity]:has(> .alert:not(.over))");
  if (row) return focusRow(row);
  const isWhole = document.querySelector("post-feed[newest]") && location.search === "";
  const isOfAlerts = new URLSearchParams(location.search).get("kind") === "alert";
  if (!isWhole && !isOfAlerts) return location.assign("/?kind=alert");
  document.dispatchEvent(new CustomEvent("page:say", { detail: { text: say("script-keys-no-alert") } }));
}

function focusRow(row) {
  row.scrollIntoView({ block: "nearest" });
  row.querySelector(".post-title a").focus({ preventScroll: true });
}

function followNeighbour(direction) {
  document.querySelector(`.neighbours a[rel=${direction > 0 ? "next" : "prev"}]`)?.click();
}

function isInView(row) {
  const masthead = document.querySelector(".masthead")?.getBoundingClientRect().bottom ?? 0;
  const { top } = row.getBoundingClientRect();
  return top >= masthead - 1 && top < innerHeight;
}
