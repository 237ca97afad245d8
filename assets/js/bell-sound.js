// The sounds: a few tones, made here, in one tab of the browser at a time, and not more often than every five seconds.

import { pause } from "./asking.js";

const LEAST_PAUSE = 5000;
/** Of each tone: the frequency in Hz, when it begins and how long it lasts, in seconds. */
const TONES = {
  news: [[660, 0, 0.25]],
  info: [[660, 0, 0.15], [880, 0.18, 0.25]],
  warning: [[740, 0, 0.18], [740, 0.26, 0.18], [988, 0.52, 0.3]],
  critical: [[988, 0, 0.18], [740, 0.22, 0.18], [988, 0.44, 0.18], [740, 0.66, 0.18], [988, 0.88, 0.4]],
};
const LOUDNESS = 0.2;
const MAX_WAIT = 500;

let context = null;
let channel = null;

/** Plays what another tab asks for, if this one can. */
export function followSounds(user) {
  if (!globalThis.BroadcastChannel) return;
  channel = new BroadcastChannel(`tidings-sound-${user}`);
  channel.addEventListener("message", ({ data }) => playHere(user, data.sound));
}

/** Has one of the tabs that may make a sound make this one. */
export function playInOneTab(user, sound) {
  channel?.postMessage({ sound });
  playHere(user, sound);
}

/** Plays a sound at once, if the browser lets this page. */
export async function play(sound) {
  if (!await mayPlay()) return;
  for (const [frequency, start, length] of TONES[sound] ?? []) playTone(frequency, context.currentTime + start, length);
}

/** The lock is held for as long as no other sound may be made. */
async function playHere(user, sound) {
  if (!navigator.locks || !await mayPlay()) return;
  navigator.locks.request(`tidings-sound-${user}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    await play(sound);
    await pause(LEAST_PAUSE);
  }).catch(() => {});
}

/** Browsers let a page make a sound once somebody has touched it; until then, they never answer. */
async function mayPlay() {
  if (!globalThis.AudioContext) return false;
  context ??= new AudioContext();
  await Promise.race([context.resume(), pause(MAX_WAIT)]);
  return context.state === "running";
}

function playTone(frequency, start, length) {
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
  volume.gain.linearRampToValueAtTime(0, start + length);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + length);
}
