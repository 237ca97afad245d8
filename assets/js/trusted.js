// The only place where text becomes HTML, or an address a script (W3C Trusted Types): the policy of the pages refuses
// it anywhere else. Browsers without Trusted Types get the text as it is.

const policy = globalThis.trustedTypes?.createPolicy("tidings", {
  createHTML: (text) => text,
  createScriptURL: (url) => url,
});

/** What our own server sent: its templates, and what it sanitised when the post was published. */
export function html(text) {
  return policy ? policy.createHTML(text) : text;
}

/** The address of a script that lies beside this one. */
export function script(name) {
  const { href } = new URL(name.replaceAll(/[^a-z.-]/g, ""), import.meta.url);
  return policy ? policy.createScriptURL(href) : href;
}
