// The service worker of this browser. Browsers have one for https alone, and on this machine.

import { isShared } from "./shared-computer.js";
import { serviceWorkerUrl } from "./trusted-types.js";

/** The worker, which is made if there is none; null where there can be none. */
export async function makeWorker() {
  try {
    return await untilActive(await navigator.serviceWorker.register(serviceWorkerUrl(), { scope: "/" }));
  } catch {
    return null;
  }
}

/** Has the browser keep the page that says that there is no connection, once somebody is signed in. */
export function registerWorker() {
  if (document.querySelector("tidings-stream") && navigator.serviceWorker && !isShared()) makeWorker();
}

/** The worker, if there is one. */
export async function findWorker() {
  try {
    return await navigator.serviceWorker.getRegistration("/") ?? null;
  } catch {
    return null;
  }
}

function untilActive(registration) {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker || worker.state === "activated") return registration;
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve(registration);
      if (worker.state === "redundant") resolve(null);
    });
  });
}
