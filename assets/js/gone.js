// What a change says when its reader may not see the post any more: it was withdrawn, it expired, or it is for others now.

const WORDS = ["withdrawn", "expired", "narrowed"];

/** Its author is told the same word, and gets the post with it. */
export function isGone({ change, html }) {
  return WORDS.includes(change) && html === undefined;
}
