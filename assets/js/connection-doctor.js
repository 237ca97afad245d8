// <connection-doctor>: says how this page is connected, and what a post takes from the server to here.

import { ConnectionTest } from "./connection-test.js";
import { clock } from "./times.js";
import { say } from "./texts.js";

const LOOK_INTERVAL = 2000;
/** Whatever is silent for so much longer than a heartbeat was held back on its way. */
const MAX_LATE = 1.6;
/** So few cuts may be anything: a laptop that slept, another network. */
const FEW_CUTS = 2;

export class ConnectionDoctor extends HTMLElement {
  #state = { name: "connecting" };
  #test;

  connectedCallback() {
    this.#test = new ConnectionTest(this.querySelector("form"), this.querySelector("[data-fact=test]"));
    document.addEventListener("stream:state", ({ detail }) => { this.#state = detail; this.#ask(); });
    document.addEventListener("stream:facts", ({ detail }) => this.#show(detail));
    document.addEventListener("stream:post", ({ detail }) => this.#test.arrived(detail.post));
    document.addEventListener("stream:change", ({ detail }) => this.#test.arrived(detail.post));
    setInterval(() => document.hidden || this.#ask(), LOOK_INTERVAL);
    this.#showPermissions();
  }

  #ask() {
    this.dispatchEvent(new CustomEvent("stream:ask", { bubbles: true }));
  }

  #show(facts) {
    this.#write("way", this.#way(facts));
    this.#write("cuts", cutsIn(facts.cuts));
    const tabs = say(facts.isShared ? "script-doctor-tabs" : "script-doctor-own", { count: facts.pages });
    this.#write("tabs", tabs);
    this.#write("http", browserProtocol());
    this.#showPermissions();
  }

  /** Whether something on the way holds back what comes. */
  #way({ heartbeat, longestSilence }) {
    if (this.#state.name === "polling") return say("script-doctor-held-back");
    if (this.#state.name !== "live") return say("script-doctor-unknown");
    const isLate = heartbeat > 0 && longestSilence > heartbeat * MAX_LATE;
    return say(isLate ? "script-doctor-late" : "script-doctor-free", { seconds: Math.round(longestSilence / 1000) });
  }

  #showPermissions() {
    this.#write("permissions", [notifications(), say(isSecureContext ? "script-doctor-secure" : "script-doctor-insecure")].join(" "));
  }

  #write(fact, text) {
    const place = this.querySelector(`[data-fact=${fact}]`);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

/** Over what the browser is connected, up to the first proxy. It does not say so of a page that a service worker handed on. */
function browserProtocol() {
  const entries = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
  const protocol = entries.findLast((entry) => entry.nextHopProtocol)?.nextHopProtocol;
  const names = { "http/1.1": "HTTP/1.1", "http/1.0": "HTTP/1.0", h2: "HTTP/2", h3: "HTTP/3" };
  return protocol ? say("script-doctor-protocol", { protocol: names[protocol] ?? protocol }) : say("script-doctor-protocol-unknown");
}

function cutsIn(cuts) {
  const last = cuts.at(-1);
  if (!last) return say("script-doctor-no-cuts");
  const key = cuts.length > FEW_CUTS ? "script-doctor-many-cuts" : "script-doctor-cuts";
  return say(key, { count: cuts.length, time: clock(new Date(last.at)), seconds: Math.round(last.lived / 1000) });
}

function notifications() {
  const keys = { granted: "script-doctor-may-notify", denied: "script-doctor-may-not-notify", default: "script-doctor-not-asked" };
  return say(keys[globalThis.Notification?.permission] ?? "script-doctor-no-notifications");
}
