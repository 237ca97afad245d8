// The only place where text becomes HTML, or an address a script: the policy of the pages refuses it anywhere else (W3C
// Trusted Types). Browsers without Trusted Types get the text as it is.

const policy = globalThis.trustedTypes?.createPolicy("tidings", {
  createHTML: (text) => text,
  createScriptURL: (url) => url,
});

/** Only for what our own server sent: its templates, and text that it sanitised when the post was published. */
export function trustedHtml(text) {
  return policy ? policy.createHTML(text) : text;
}

/** Returns the address of a script that lies beside this one. */
export function trustedScriptUrl(name) {
  const { href } = new URL(name.replaceAll(/[^a-z.-]/g, ""), import.meta.url);
  return policy ? policy.createScriptURL(href) : href;
}

/** Returns the address of the service worker, which stands at the root to be there for every page. */
export function serviceWorkerUrl() {
  return policy ? policy.createScriptURL("/service-worker.js") : "/service-worker.js";
}
