// The texts of scripts in the page's language. The module of that language, which stands before all others in the page,
// hands them over; what they are made of is said in `src/text/scripts.rs`.

const LANGUAGE = document.documentElement.lang || "en";
const PLURAL = new Intl.PluralRules(LANGUAGE);
const NUMBER = new Intl.NumberFormat(LANGUAGE);
const ALL = new Map();

/** Takes the texts of a language. */
export function use(texts) {
  for (const [key, text] of Object.entries(texts)) ALL.set(key, text);
}

/** For dates and times as people here write them; English ones as in Europe. */
export const LOCALE = LANGUAGE === "en" ? "en-GB" : LANGUAGE;

/** The text of a key, with its arguments. */
export function say(key, given = {}) {
  const text = ALL.get(key);
  return text ? partsOf(text, given) : key;
}

function partsOf(parts, given) {
  return parts.map((part) => typeof part === "string" ? part : partOf(part, given)).join("");
}

function partOf({ of, by, are, else: usual }, given) {
  if (of !== undefined) return shown(given[of]);
  const value = given[by];
  const variant = are[value] ?? (typeof value === "number" ? are[PLURAL.select(value)] : undefined);
  return partsOf(variant ?? usual, given);
}

/** Whatever is no number keeps its direction to itself (Unicode Bidirectional Algorithm, isolates). */
function shown(value) {
  return typeof value === "number" ? NUMBER.format(value) : `\u2068${value}\u2069`;
}
