// The service worker, with a file for each of its tasks. The server puts this build's address of files in front (`self.assets`).

const policy = self.trustedTypes?.createPolicy("tidings", { createScriptURL: (url) => url });
const part = (name) => {
  const address = `${self.assets}/js/${name}`;
  return policy ? policy.createScriptURL(address) : address;
};

importScripts(part("offline.js"), part("notification-clicks.js"));
