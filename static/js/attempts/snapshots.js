import { Refused } from "../lib/api.js";
import { newId } from "../lib/identity.js";

/**
 * Takes a picture at a random moment and sends it, in a lane of its own.
 *
 * At most three pictures wait; older ones make room, because an answer must never wait for
 * a picture, nor this machine's memory fill while the server is away.
 */
const MOST_WAITING = 3;
const LONGEST_PAUSE_MS = 60000;

export class Snapshots {
  /**
   * @param {Api} api
   * @param {string} attempt the attempt's id
   * @param {{camera: Camera, clock: ExamClock, seconds: number[]}} how *seconds* is the
   *   span inside which the next picture falls
   */
  constructor(api, attempt, how) {
    this.api = api;
    this.path = `/attempts/${attempt}/snapshots`;
    this.how = how;
    this.waiting = [];
    this.sending = false;
    this.failures = 0;
    this.timers = new Set();
    this.running = false;
  }

  run() {
    if (!this.running) {
      this.running = true;
      this.plan();
    }
  }

  stop() {
    this.running = false;
    this.waiting = [];
    this.timers.forEach((timer) => clearTimeout(timer));
    this.timers.clear();
  }

  later(ms, act) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
  }

  plan() {
    const [least, most] = this.how.seconds;
    const wait = (least + Math.random() * Math.max(0, most - least)) * 1000;
    this.later(wait, () => this.take());
  }

  async take() {
    this.plan();
    const at = this.how.clock.stamp();
    const picture = await this.how.camera.picture();
    if (picture && this.running) {
      this.waiting.push({ id: newId(), at, picture });
      this.waiting = this.waiting.slice(-MOST_WAITING);
      this.send();
    }
  }

  async send() {
    if (this.sending || !this.running || this.waiting.length === 0) {
      return;
    }
    this.sending = true;
    const next = this.waiting[0];
    try {
      await this.api.ask("POST", this.path, headers(next), next.picture);
      this.drop(next);
      this.failures = 0;
    } catch (error) {
      this.suffer(error, next);
    }
    this.sending = false;
    if (this.failures === 0) {
      this.send();
    }
  }

  suffer(error, picture) {
    const refused = error instanceof Refused && error.status < 500;
    if (refused && ![401, 403, 429].includes(error.status)) {
      this.drop(picture); // this one will never be taken; the next may
      return;
    }
    const pause = Math.min(LONGEST_PAUSE_MS, 2000 * 2 ** Math.min(this.failures, 6));
    const asked = (error.retryAfter || 0) * 1000;
    this.failures += 1;
    this.later(Math.max(asked, pause * (0.5 + Math.random() / 2)), () => this.send());
  }

  drop(picture) {
    this.waiting = this.waiting.filter((one) => one !== picture);
  }
}

function headers({ id, at }) {
  return { "Content-Type": "image/jpeg", "X-Snapshot-Id": id, "X-Captured-At": at };
}
