// The shared worker holds one stream for all tabs of this browser. Its name carries the user, the build and the language.

import { Relay } from "./relay.js";

/** Going from one page to the next takes less time. */
const CLOSE_DELAY = 3000;

const [, user, , ...language] = self.name.split("-");
const relay = new Relay(user, language.join("-"), CLOSE_DELAY);

self.addEventListener("connect", ({ ports: [port] }) => {
  let lock = null;
  const leave = () => relay.leave(port);

  port.addEventListener("message", ({ data }) => {
    if (data.do === "join") join(data.place);
    if (data.do === "leave") leave();
    if (data.do === "look") relay.look();
    if (data.do === "see") relay.see(port, data.seen);
    if (data.do === "show") relay.show(port, data.boards);
    if (data.do === "offline") relay.offline();
    if (data.do === "facts") relay.tellFacts(port);
    if (data.do === "lock") watch(data.lock);
  });
  // A tab that crashes cannot say so. Newer browsers close its port; elsewhere the lock that it held comes free.
  port.addEventListener("close", leave);
  port.start();

  function join(place) {
    // The lock of an earlier stay may come free only now; it no longer says anything.
    lock = null;
    relay.join(port, place);
  }

  function watch(name) {
    lock = name;
    navigator.locks?.request(name, () => name === lock && leave()).catch(() => {});
  }
});
