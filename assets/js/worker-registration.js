// Has the browser keep the page that says that there is no connection. Browsers do so for https alone, and on this machine.

import { serviceWorkerUrl } from "./trusted-types.js";

export function registerWorker() {
  if (!document.querySelector("tidings-stream")) return;
  // Where it is not allowed, a page without a connection is the browser's own.
  navigator.serviceWorker?.register(serviceWorkerUrl(), { scope: "/" }).catch(() => {});
}
