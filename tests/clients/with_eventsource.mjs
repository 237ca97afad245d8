// Prints what a stream says, by npm's eventsource, which reconnects by itself: a line of JSON for each event.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [installed, url, token] = process.argv.slice(2);
const found = createRequire(`${installed}/`).resolve("eventsource");
const { EventSource } = await import(pathToFileURL(found));

const source = new EventSource(url, {
  fetch: (input, init) =>
    fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
});
for (const name of ["hello", "post", "ping", "reset", "bye"]) {
  source.addEventListener(name, ({ lastEventId, data }) => {
    console.log(JSON.stringify({ id: lastEventId, name, data }));
  });
}
source.addEventListener("error", () => {
  // It has given up for good.
  if (source.readyState === EventSource.CLOSED) process.exit(1);
});
