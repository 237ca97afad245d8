// A part of the service worker: who clicks a notification is led to its post, in the tab that is open, or in a new one.

/** A page of ours answers at once. The browser lets a click open a tab for about a second. */
const ANSWER_TIMEOUT = 400;

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPost(event.notification.data.url));
});

async function openPost(url) {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  // The wall, a file, or what stands there offline could be focused, and would go nowhere.
  const answers = await Promise.all(tabs.map(isThere));
  const ours = tabs.filter((_, place) => answers[place]);
  const tab = ours.find((tab) => tab.focused) ?? ours.find((tab) => tab.visibilityState === "visible") ?? ours[0];
  if (!tab) return self.clients.openWindow(url);
  // The page goes there by itself (notifications.js): a worker leads only pages that it controls.
  tab.postMessage({ open: url });
  return tab.focus();
}

/** Whether a tab shows a page that follows clicks. */
function isThere(tab) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(true);
    setTimeout(() => resolve(false), ANSWER_TIMEOUT);
    tab.postMessage({ isThere: true }, [port2]);
  });
}
