import { Refused } from "../lib/api.js";
import { newId } from "../lib/identity.js";

/**
 * Notes what happens around the page, and tells the server in batches.
 *
 * A signal is a fact with a time, never a judgement. Like pictures, signals have a lane of
 * their own, and when they cannot be sent the oldest are forgotten first.
 */
const MOST_WAITING = 200;
const MOST_AT_ONCE = 50;
const GATHER_MS = 1500;
const LONGEST_PAUSE_MS = 30000;

export class Signals {
  /**
   * @param {Api} api
   * @param {string} attempt the attempt's id
   * @param {ExamClock} clock
   */
  constructor(api, attempt, clock) {
    this.api = api;
    this.path = `/attempts/${attempt}/signals`;
    this.clock = clock;
    this.waiting = [];
    this.timer = null;
    this.sending = false;
    this.failures = 0;
    this.running = false;
    this.focused = true;
    this.fullscreen = false;
    this.listen();
  }

  listen() {
    const look = () => this.look();
    window.addEventListener("blur", look);
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    document.addEventListener("fullscreenchange", () => this.screen());
    window.addEventListener("offline", () => this.note("offline"));
    window.addEventListener("online", () => this.note("online"));
  }

  look() {
    // Between two elements of one page the window is blurred for a moment: wait a little.
    setTimeout(() => {
      const focused = document.visibilityState === "visible" && document.hasFocus();
      if (focused !== this.focused) {
        this.focused = focused;
        this.note(focused ? "focus_gained" : "focus_lost");
      }
    }, 150);
  }

  screen() {
    const full = document.fullscreenElement !== null;
    if (this.fullscreen && !full) {
      this.note("fullscreen_left");
    }
    this.fullscreen = full;
  }

  /** Notes a signal of *kind* as of now. */
  note(kind) {
    if (this.running) {
      this.waiting.push({ id: newId(), kind, at: this.clock.stamp() });
      this.waiting = this.waiting.slice(-MOST_WAITING);
      this.plan(GATHER_MS);
    }
  }

  run() {
    this.running = true;
    this.focused = document.visibilityState === "visible" && document.hasFocus();
  }

  stop() {
    this.running = false;
    this.waiting = [];
    clearTimeout(this.timer);
    this.timer = null;
  }

  plan(ms) {
    if (this.timer === null && !this.sending) {
      this.timer = setTimeout(() => this.send(), ms);
    }
  }

  async send() {
    this.timer = null;
    this.sending = true;
    const batch = this.waiting.slice(0, MOST_AT_ONCE);
    let pause = GATHER_MS;
    try {
      await this.api.send("POST", this.path, { signals: batch });
      this.drop(batch);
    } catch (error) {
      pause = this.suffer(error, batch);
    }
    this.sending = false;
    if (this.running && this.waiting.length > 0) {
      this.plan(pause);
    }
  }

  suffer(error, batch) {
    const refused = error instanceof Refused && error.status < 500;
    if (refused && ![401, 403, 429].includes(error.status)) {
      this.drop(batch);
      return GATHER_MS;
    }
    this.failures += 1;
    const grown = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.min(this.failures, 6));
    return Math.max((error.retryAfter || 0) * 1000, grown * (0.5 + Math.random() / 2));
  }

  drop(batch) {
    this.failures = 0;
    this.waiting = this.waiting.filter((signal) => !batch.includes(signal));
  }
}
