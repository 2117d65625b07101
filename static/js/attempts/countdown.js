import { span } from "./clock.js";
import { say } from "./words.js";

const ANNOUNCED_MINUTES = [30, 10, 5, 1];
const URGENT_MS = 5 * 60 * 1000;

/**
 * Shows the remaining time and rings the bell.
 *
 * What is shown is computed anew at every tick from the clock, never counted down, so a
 * throttled background tab is right again with its first tick.
 */
export class Countdown {
  /**
   * @param {Element} place where the time is shown
   * @param {ExamClock} clock
   * @param {{announce: function(string), bell: function(), jumped: function()}} tell
   */
  constructor(place, clock, tell) {
    this.place = place;
    this.clock = clock;
    this.tell = tell;
    this.due = ANNOUNCED_MINUTES.filter((n) => clock.remaining() > n * 60000);
    this.rung = false;
    this.timer = null;
    this.stands = null;
  }

  start() {
    this.timer = setInterval(() => this.look(), 250);
    this.tick();
  }

  /** Looks at both clocks of this machine, and shows what time is left. */
  look() {
    if (this.clock.jumped()) {
      this.tell.jumped();
    }
    this.tick();
  }

  /** The time stands since *moment*, in milliseconds: the attempt is paused. */
  stand(moment) {
    this.stands = moment;
    this.tick();
  }

  goOn() {
    this.stands = null;
    this.moved();
  }

  tick() {
    if (this.stands !== null) {
      this.show(Math.max(0, this.clock.deadline - this.stands));
      return;
    }
    const left = this.clock.remaining();
    this.show(left);
    this.announce(left);
    if (left === 0 && !this.rung) {
      this.rung = true;
      this.tell.bell();
    }
  }

  show(left) {
    const text = span(left);
    if (this.place.textContent !== text) {
      this.place.textContent = text;
      this.place.classList.toggle("is-urgent", left <= URGENT_MS);
    }
  }

  announce(left) {
    const passed = this.due.filter((minutes) => left <= minutes * 60000);
    if (passed.length > 0 && left > 0) {
      this.due = this.due.filter((minutes) => left > minutes * 60000);
      this.tell.announce(say("minutes_left", { n: Math.min(...passed) }));
    }
  }

  /** The deadline moved: moments that lie ahead again are announced again. */
  moved() {
    const left = this.clock.remaining();
    this.due = ANNOUNCED_MINUTES.filter((minutes) => left > minutes * 60000);
    this.rung = this.rung && left === 0;
    this.tick();
  }

  stop() {
    clearInterval(this.timer);
  }
}
