import { say } from "./words.js";

/** How it stands between this page and the server, in words that are true at any time. */
export class News {
  /**
   * @param {Object} desk `notices`, `saved`, `rescue`, `outbox`, `handIn`, `staff`,
   *   `countdown`, `reading` and the `delivery` with its sheet
   */
  constructor(desk) {
    Object.assign(this, desk);
    this.sheet = desk.delivery.desk.sheet;
  }

  /** The server answered; *savedAt* is when it stored the last answers, or null. */
  reached(savedAt) {
    const unsent = this.sheet.unsent().length > 0;
    this.rescue.reached();
    this.notices.clear("clock");
    if (this.staff.paused) {
      this.saved.paused(unsent);
    } else if (unsent) {
      this.saved.underWay();
    } else {
      this.saved.reached(savedAt);
    }
  }

  /** @param {boolean} nobodyAnswered false when the server answered, but could not store */
  failing(nobodyAnswered) {
    this.rescue.failing();
    this.handIn.failing(this.rescue.isSealed);
    if (this.outbox.handIn !== null) {
      this.saved.waitingToHandIn();
    } else {
      this.saved.failing(nobodyAnswered);
    }
  }

  refused(number, why) {
    const words = say("answer_refused", { n: number, why });
    const button = say("go_to", { n: number });
    const press = () => this.reading.go(number, true);
    this.notices.show(`refused-${number}`, { tone: "bad", words, button, press });
  }

  deadlineMoved(milliseconds) {
    this.countdown.moved();
    const minutes = Math.max(1, Math.round(Math.abs(milliseconds) / 60000));
    const words = say(milliseconds > 0 ? "time_added" : "time_cut", { n: minutes });
    const press = () => this.notices.clear("time");
    const button = say("understood");
    this.notices.show("time", { tone: "plain", words, button, press });
  }

  /** Nothing is kept on this machine any longer, and the page may not claim that it is. */
  journalLost() {
    this.saved.durable = false;
    const words = say(window.isSecureContext ? "memory_only" : "memory_insecure");
    this.notices.show("memory", { tone: "warn", words });
  }

  /** This machine slept, or its clock was set: only the server knows how late it is. */
  clockJumped() {
    if (this.outbox.running) {
      this.notices.show("clock", { tone: "plain", words: say("clock_jumped") });
      this.outbox.retrySoon();
    }
  }
}
