// A part of the service worker: who clicks a notification is led to its post, in the tab that is open, or in a new one.

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPost(event.notification.data.url));
});

async function openPost(url) {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const tab = tabs.find((tab) => tab.focused) ?? tabs.find((tab) => tab.visibilityState === "visible") ?? tabs[0];
  if (!tab) return self.clients.openWindow(url);
  // The page goes there by itself (notifications.js): a worker leads only pages that it controls.
  tab.postMessage({ open: url });
  return tab.focus();
}
