// "Snooze" on a post opens a sheet that asks until when, in place of the page that it leads to without a script.

/** Follows the clicks on such links. */
export function listenForSnoozes() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.snooze-link");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented) return;
    event.preventDefault();
    snooze(link);
  });
}

/** Asks until when the post of this link is to wait. Where the sheet is not to be had, the page asks. */
export async function snooze(link) {
  try {
    const { openSheet } = await import("./snooze-sheet.js");
    await openSheet(link.href);
  } catch {
    location.assign(link.href);
  }
}
