import { Refused, Unreachable } from "../lib/api.js";

/**
 * Decides when answers travel: soon after a change, one request at a time, and again.
 *
 * There is one lane for answers, the heartbeat and the hand-in, so that none overtakes
 * another. A failure waits with growing, random pauses, so that a room of pages does not
 * return to a fresh server in the same second.
 */
const SOON_MS = 250;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20000;
// When a switch comes back, every page of its room hears of it in the same moment.
const SPREAD_MS = 3000;

/**
 * @typedef {Object} Listener what the page wants to hear of
 * @property {function()} saving unsent answers are being sent
 * @property {function(?string)} reached the server answered; the moment of storing, or null
 * @property {function(boolean)} failing trying again later; true when nobody answered
 * @property {function(number)} moved the deadline moved by so many milliseconds
 * @property {function(boolean, Object[])} news whether the attempt is paused, and notices
 * @property {function()} goOn the bell was wrong: there is time left
 * @property {function(number, string)} refused an answer was refused for good, and why
 * @property {function(): Promise} signedOut resolves when somebody has signed in again
 * @property {function(): Promise<boolean>} freshToken gets a CSRF token; false: no session
 * @property {function()} leaseLost another page writes now
 * @property {function()} closed the attempt has ended on the server
 * @property {function(Object)} submitted the server has confirmed the hand-in
 */
export class Outbox {
  /**
   * @param {Delivery} delivery
   * @param {Listener} tell
   * @param {number} heartbeatSeconds how often the server is asked when nothing changed
   */
  constructor(delivery, tell, heartbeatSeconds) {
    this.delivery = delivery;
    this.tell = tell;
    this.heartbeatMs = heartbeatSeconds * 1000;
    this.failures = 0;
    this.notBefore = 0;
    this.timer = null;
    this.due = Infinity;
    this.busy = false;
    this.running = false;
    this.handIn = null;
    this.held = false;
  }

  /** Begins to send, with a first question to the server at once. */
  run() {
    this.running = true;
    this.notBefore = 0;
    this.wake(0);
  }

  /** Sends nothing from now on. */
  stop() {
    this.running = false;
    clearTimeout(this.timer);
    this.due = Infinity;
  }

  /** An answer changed: it goes out in a moment, together with its neighbours. */
  changed() {
    this.wake(SOON_MS);
  }

  /** The way to the server may be open again: tries without waiting out a long pause. */
  retrySoon() {
    if (this.failures > 0) {
      this.notBefore = Math.min(this.notBefore, now() + 200 + Math.random() * SPREAD_MS);
      this.due = Infinity;
    }
    this.wake(0);
  }

  /**
   * Hands in as soon as the server can be reached.
   *
   * @param {"asked"|"bell"} why at the bell the server is asked for the time first: minutes
   *   may have been granted while it was away
   */
  submit(why) {
    this.handIn = why;
    this.wake(0);
  }

  /** Takes the wish to hand in back, unless the server already has it. */
  cancelSubmit() {
    this.handIn = null;
  }

  wake(inMs) {
    const due = Math.max(now() + inMs, this.notBefore);
    if (!this.running || this.busy || due >= this.due) {
      return;
    }
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.turn(), due - now());
  }

  async turn() {
    this.due = Infinity;
    this.busy = true;
    try {
      await this.exchange();
      this.failures = 0;
      this.notBefore = 0;
    } catch (error) {
      await this.suffer(error);
    }
    this.busy = false;
    this.wake(this.hasWork() ? 0 : this.heartbeatMs * (0.9 + Math.random() / 10));
  }

  hasWork() {
    if (this.held) {
      return false;
    }
    return this.handIn !== null || this.delivery.desk.sheet.unsent().length > 0;
  }

  async exchange() {
    const { sheet, clock } = this.delivery.desk;
    const mustSave = this.delivery.mustTakeLease || sheet.unsent().length > 0;
    if (this.held || this.handIn !== "asked" || mustSave) {
      await this.save(sheet.unsent().length > 0);
    }
    if (this.held) {
      return;
    }
    if (this.handIn === "bell" && clock.remaining() > 0) {
      this.handIn = null;
      this.tell.goOn();
    }
    if (this.handIn !== null && sheet.unsent().length === 0) {
      const document = await this.delivery.submit();
      this.stop();
      this.tell.submitted(document);
    }
  }

  async save(hasAnswers) {
    if (hasAnswers && !this.held) {
      this.tell.saving();
    }
    const { savedAt, moved, paused, notices } = await this.delivery.save(this.held);
    if (!this.running) {
      return; // another page writes by now: what this one says no longer matters
    }
    this.held = paused;
    this.tell.news(paused, notices);
    if (moved !== 0 && !notices.some((notice) => notice.minutes > 0)) {
      this.tell.moved(moved);
    }
    this.tell.reached(savedAt);
  }

  async suffer(error) {
    if (!(error instanceof Refused)) {
      this.pause(error instanceof Unreachable, null);
      if (!(error instanceof Unreachable)) {
        throw error;
      }
      return;
    }
    const remedy = this.remedies()[error.code] || this.remedies()[error.status];
    if (!remedy) {
      this.pause(false, error.retryAfter);
      return;
    }
    try {
      await remedy(error);
    } catch (second) {
      this.pause(second instanceof Unreachable, second.retryAfter || null);
    }
  }

  remedies() {
    return {
      401: () => this.signIn(),
      404: () => this.signIn(),
      csrf: () => this.renewToken(),
      lease_lost: () => this.end(this.tell.leaseLost),
      attempt_closed: () => this.end(this.tell.closed),
      attempt_paused: () => this.hold(),
      version_conflict: () => this.reconcile(),
      400: (error) => this.isolate(error),
      413: (error) => this.isolate(error),
      422: (error) => this.isolate(error),
    };
  }

  end(tell) {
    this.stop();
    tell();
  }

  /** Paused: what is typed stays here, and the server is asked until it goes on. */
  hold() {
    this.held = true;
    this.tell.news(true, []);
  }

  signIn() {
    return this.tell.signedOut();
  }

  async renewToken() {
    this.failures += 1;
    if (!(await this.tell.freshToken())) {
      await this.signIn();
    } else if (this.failures > 1) {
      this.pause(false, null);
    }
  }

  async reconcile() {
    if (!(await this.delivery.reconcile())) {
      this.pause(false, null);
    }
  }

  isolate(error) {
    if (this.delivery.batch.length === 0) {
      this.pause(false, error.retryAfter);
      return;
    }
    const number = this.delivery.isolate(error.sentence);
    if (number !== null) {
      this.tell.refused(number, error.sentence);
    }
  }

  pause(nobodyAnswered, retryAfter) {
    const grown = FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10);
    const own = Math.min(LONGEST_PAUSE_MS, grown) * (0.5 + Math.random() / 2);
    const asked = (retryAfter || 0) * 1000 * (1 + Math.random() / 4);
    this.failures += 1;
    this.notBefore = now() + Math.max(own, asked);
    this.tell.failing(nobodyAnswered);
  }
}

function now() {
  return performance.now();
}
