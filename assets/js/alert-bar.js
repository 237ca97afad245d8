// <alert-bar user>: shows the critical alerts that this person has neither opened nor put away, on every page. The server
// knows which; an alert that arrives while the page is open is shown at once.

import { BY_ITSELF } from "./session.js";
import { settle } from "./settling.js";
import { say } from "./texts.js";

/** After a reload of the list, or of many at once, pages ask one after the other. */
const RELOAD_SPREAD = 2000;
/** The server names at most as many. */
const MAX_ALERTS = 3;

export class AlertBar extends HTMLElement {
  #alerts = [];
  #channel = null;
  /** No element of a page has a style attribute, so the height of the bar goes into a style sheet of our own. */
  #sheet = new CSSStyleSheet();

  connectedCallback() {
    document.addEventListener("stream:post", ({ detail }) => this.#arrived(detail));
    document.addEventListener("stream:change", ({ detail }) => this.#changed(detail));
    document.addEventListener("stream:state", ({ detail }) => this.#follow(detail));
    document.addEventListener("stream:reset", () => this.#askSoon());
    document.addEventListener("visibilitychange", () => document.hidden || this.#ask());
    addEventListener("pageshow", (event) => event.persisted && this.#ask());
    this.addEventListener("click", (event) => this.#clicked(event));
    document.adoptedStyleSheets.push(this.#sheet);
    new ResizeObserver(() => this.#makeRoom()).observe(this);
    this.#talkToOtherTabs();
    this.#ask();
  }

  get #user() {
    return this.getAttribute("user");
  }

  /** An alert that was opened or put away in one tab goes in the others, too. */
  #talkToOtherTabs() {
    if (!globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(`tidings-alerts-${this.#user}`);
    this.#channel.addEventListener("message", ({ data }) => this.#keep((alert) => !data.noticed.includes(alert.post)));
  }

  /** Asks which alerts there are. Without an answer all stays as it is; who is signed out has none. */
  async #ask() {
    const before = this.#alerts;
    const told = await askAlerts();
    if (!told) return;
    const alerts = String(told.user) === this.#user ? told.alerts : [];
    // What arrived while we asked may not be in the answer.
    const arrived = this.#alerts.filter((alert) => !before.includes(alert));
    const noticed = before.map(({ post }) => post).filter((post) => !alerts.some((alert) => alert.post === post));
    if (noticed.length > 0) this.#channel?.postMessage({ noticed });
    const isNew = (alert) => !before.some(({ post }) => post === alert.post);
    for (const alert of alerts.filter(isNew)) this.#say(say("script-alert-unopened", { title: alert.title }));
    this.#show([...arrived, ...alerts.filter((alert) => !arrived.some(({ post }) => post === alert.post))]);
  }

  #askSoon() {
    setTimeout(() => this.#ask(), Math.random() * RELOAD_SPREAD);
  }

  #arrived({ post, kind, severity, title, drill = false, url, missed, speaks, resolution }) {
    if (kind !== "alert" || severity !== "critical" || resolution) return;
    if (location.pathname === url || this.#alerts.some((alert) => alert.post === post)) return;
    // <post-announcer> speaks of those that arrive live.
    if (missed && speaks) this.#say(say("script-alert-missed", { title }));
    this.#show([{ post, title, drill, url }, ...this.#alerts]);
  }

  /** What is over, or no longer critical, goes; what is not over after all is shown again, unless they have noticed it. */
  #changed(news) {
    const { post, severity, title, drill = false, url, change, resolution } = news;
    const shown = this.#alerts.find((alert) => alert.post === post);
    const isCritical = severity === "critical" && !resolution;
    if (isCritical && !shown && change === "reopened") this.#askSoon();
    if (!shown) return;
    if (isCritical) this.#show(this.#alerts.map((alert) => alert === shown ? { post, title, drill, url } : alert));
    else this.#keep((alert) => alert !== shown);
    this.#tell("post:changed", news);
  }

  #follow({ name }) {
    if (name === "signed-out") this.#show([]);
    else if (name === "live" && this.#wasSignedOut) this.#ask();
    this.#wasSignedOut = name === "signed-out";
  }

  #wasSignedOut = false;

  async #clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const post = Number(button.value);
    button.setAttribute("aria-disabled", "true");
    if (await dismiss(post)) {
      this.#channel?.postMessage({ noticed: [post] });
      this.#keep((alert) => alert.post !== post);
    } else {
      button.removeAttribute("aria-disabled");
      this.#say(say("script-alert-failed"));
    }
  }

  #keep(wanted) {
    const kept = this.#alerts.filter(wanted);
    if (kept.length < this.#alerts.length) this.#show(kept);
  }

  #show(alerts) {
    const before = this.#alerts.length;
    // What is real stands above every drill, and says so beside one.
    const real = alerts.filter(({ drill }) => !drill);
    const drills = alerts.filter(({ drill }) => drill);
    this.#alerts = [...real, ...drills].slice(0, MAX_ALERTS);
    const held = this.contains(document.activeElement);
    this.replaceChildren(...this.#alerts.map((alert) => rowOf(alert, drills.length > 0)));
    this.hidden = this.#alerts.length === 0;
    // All of the page below it has moved.
    if (this.#alerts.length !== before) settle(document.body);
    // The focus stays with what one is about to decide on, or goes back to the page.
    if (held) (this.querySelector("a.button") ?? document.getElementById("content"))?.focus({ preventScroll: true });
    this.#tell("alerts:changed", { title: this.#alerts[0]?.title ?? null });
  }

  #makeRoom() {
    this.#sheet.replaceSync(`:root { --alert-bar-height: ${this.offsetHeight}px }`);
  }

  #say(text) {
    this.#tell("page:say", { text, urgent: true });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

function rowOf({ post, title, drill, url }, isBesideDrill) {
  const row = element("p", "alert-bar-row");
  row.classList.toggle("drill", drill);
  const flag = element("span", "alert-bar-flag", say(!drill && isBesideDrill ? "script-alert-real" : "script-alert-flag"));
  const words = element("a", "alert-bar-title", title);
  const open = element("a", "button small", say("script-alert-open"));
  const away = element("button", "text-button", say("script-alert-away"));
  words.href = open.href = url;
  words.dir = "auto";
  words.id = `alert-${post}`;
  open.setAttribute("aria-describedby", words.id);
  away.setAttribute("aria-describedby", words.id);
  away.type = "button";
  away.value = post;
  const actions = element("span", "alert-bar-actions");
  actions.append(open, away);
  row.append(flag, words, actions);
  return row;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

async function askAlerts() {
  try {
    const answer = await fetch("/alerts", { cache: "no-store", credentials: "same-origin", headers: { ...BY_ITSELF, Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function dismiss(post) {
  try {
    const answer = await fetch(`/posts/${post}/dismissal`, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" } });
    return answer.status === 204;
  } catch {
    return false;
  }
}
