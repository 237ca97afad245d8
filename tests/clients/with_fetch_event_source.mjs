// Notes what a stream says, by @microsoft/fetch-event-source, which comes back when it is told that an end was
// none; the test takes the notes away.

import { fetchEventSource } from "/fetch-event-source/index.js";

const asked = new URLSearchParams(location.search);
window.heard = [];
fetchEventSource(asked.get("stream"), {
  headers: { Authorization: `Bearer ${asked.get("token")}` },
  openWhenHidden: true,
  onmessage: ({ id, event, data }) => window.heard.push({ id, name: event, data }),
  onclose: () => {
    throw new Error("cut");
  },
});
