import { say } from "./words.js";

/**
 * What staff do to a running attempt, as its page shows it: a pause, more time, a message.
 *
 * Kinds that this page does not know are left alone: a later server may have more.
 */
const SHOWN = ["time_granted", "resumed", "reopened", "force_submitted"];
// What happened before this page was opened is told by where things stand.
const FRESH_MS = 2 * 60 * 1000;

export class Staff {
  /**
   * @param {Element} element the page's element
   * @param {{notices: Notices, clock: ExamClock, countdown: Countdown}} desk
   * @param {{pause: function(), resume: function()}} does
   */
  constructor(element, desk, does) {
    const part = (name) => element.querySelector(`[data-part=${name}]`);
    this.cover = part("cover");
    this.title = part("cover-title");
    this.reason = part("cover-reason");
    this.body = part("body");
    Object.assign(this, desk);
    this.does = does;
    this.paused = false;
  }

  /** @param {boolean} paused how it stands @param {Object[]} notices new ones, in order */
  hear(paused, notices) {
    const pause = notices.filter((notice) => notice.kind === "paused").pop();
    if (paused) {
      this.pause(pause);
    } else {
      this.resume();
    }
    notices.filter((notice) => this.isShown(notice)).forEach((one) => this.tell(one));
  }

  isShown(notice) {
    const age = this.clock.now() - Date.parse(notice.at);
    return SHOWN.includes(notice.kind) && !(age > FRESH_MS);
  }

  tell(notice) {
    const n = notice.minutes || 0;
    const why = notice.reason ? say("notice_reason", { reason: notice.reason }) : "";
    const key = notice.kind === "time_granted" && n < 0 ? "time_taken" : notice.kind;
    const words = say(`notice_${key}`, { n: Math.abs(n) }) + why;
    const name = `staff-${notice.id}`;
    const press = () => this.notices.clear(name);
    this.notices.show(name, { tone: "plain", words, button: say("understood"), press });
    this.countdown.moved();
  }

  /** Covers the paper: nobody reads on while the time stands. */
  pause(notice) {
    if (notice) {
      this.reason.textContent = notice.reason || "";
      this.reason.hidden = !notice.reason;
    }
    if (this.paused) {
      return;
    }
    this.paused = true;
    this.does.pause();
    this.countdown.stand(notice ? Date.parse(notice.at) : this.clock.now());
    this.body.hidden = true;
    this.cover.hidden = false;
    this.title.focus();
  }

  resume() {
    if (!this.paused) {
      return;
    }
    this.paused = false;
    this.cover.hidden = true;
    this.body.hidden = false;
    this.countdown.goOn();
    this.does.resume();
  }
}
