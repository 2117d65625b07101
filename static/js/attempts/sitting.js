import { Countdown } from "./countdown.js";
import { HandIn } from "./handin.js";
import { News } from "./news.js";
import { Outbox } from "./outbox.js";
import { Proctor } from "./proctor.js";
import { Reading } from "./reading.js";
import { ReadOnly } from "./readonly.js";
import { Rescue } from "./rescue.js";
import { Staff } from "./staff.js";
import { SavedLine } from "./status.js";
import { say } from "./words.js";
import { TabLock, hasLocks } from "./writer.js";

/**
 * One examinee at one paper: carries news between the paper, the server and the clock.
 *
 * It is either writing (this page sends, the camera runs) or read-only (nothing leaves).
 */
export class Sitting {
  /**
   * @param {Element} element the page's element
   * @param {Object} attempt the attempt document
   * @param {{delivery: Delivery, notices: Notices, door: Door, uninterrupted: boolean}} desk
   */
  constructor(element, attempt, desk) {
    this.element = element;
    this.attempt = attempt;
    Object.assign(this, desk, desk.delivery.desk);
    this.writing = false;
    this.wrote = false;
    this.ended = false;
    this.build();
    this.listen();
  }

  build() {
    const { zone, heartbeatSeconds } = this.element.dataset;
    const part = (name) => this.element.querySelector(`[data-part=${name}]`);
    this.reading = new Reading(this.element, this.attempt, this.delivery.desk, {
      answered: (number) => this.answered(number),
    });
    const announce = (words) => this.reading.announce(words);
    this.saved = new SavedLine(part("saved"), zone, announce);
    this.outbox = new Outbox(this.delivery, this.listener(), Number(heartbeatSeconds));
    this.handIn = new HandIn(part("hand-in-dialog"), this.sheet, {
      go: (number) => this.reading.go(number, true),
      submit: () => this.submit(),
      cancel: () => this.takeBack(),
    });
    const { api } = this.delivery;
    const desk = { api, clock: this.clock, notices: this.notices };
    this.proctor = new Proctor(this.element, this.attempt, desk);
    this.lock = new TabLock(this.attempt.id, () => this.lose("tab"));
    const { delivery, notices, door, lock, clock, uninterrupted } = this;
    this.readOnly = new ReadOnly({ notices, delivery, door, lock }, {
      join: (document, seconds) => this.join(document, seconds),
      closed: () => this.closed(),
    });
    const means = { delivery, notices, door, uninterrupted };
    this.rescue = new Rescue(this.element, this.attempt, means);
    this.countdown = new Countdown(part("remaining"), this.clock, {
      announce,
      bell: () => this.bell(),
      jumped: () => this.news.clockJumped(),
    });
    const shown = { notices, clock, countdown: this.countdown };
    this.staff = new Staff(this.element, shown, {
      pause: () => this.paused(),
      resume: () => this.resumed(),
    });
    this.news = new News({
      ...{ notices, delivery, rescue: this.rescue, outbox: this.outbox },
      ...{ saved: this.saved, handIn: this.handIn, staff: this.staff },
      ...{ countdown: this.countdown, reading: this.reading },
    });
    part("hand-in").addEventListener("click", () => this.askToHandIn());
  }

  listener() {
    return {
      saving: () => this.saved.saving(),
      reached: (savedAt) => this.reached(savedAt),
      failing: (nobodyAnswered) => this.news.failing(nobodyAnswered),
      moved: (milliseconds) => this.news.deadlineMoved(milliseconds),
      news: (paused, notices) => this.staff.hear(paused, notices),
      goOn: () => this.goOn(),
      refused: (number, why) => this.news.refused(number, why),
      signedOut: () => this.signedOut(),
      freshToken: () => this.door.freshToken(),
      // Before the first answer of the server nobody has taken anything from this page.
      leaseLost: () => this.lose(this.wrote ? "machine" : "other"),
      closed: () => this.closed(),
      submitted: (document) => this.submitted(document),
    };
  }

  listen() {
    window.addEventListener("online", () => this.outbox.retrySoon());
    document.addEventListener("visibilitychange", () => this.looked());
    window.addEventListener("beforeunload", (event) => this.leaving(event));
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
    this.journal.whenLost = () => this.news.journalLost();
  }

  /** Shows the paper and, when no other tab writes, begins to write. */
  async begin() {
    await this.reading.recall();
    if (!this.journal.durable) {
      this.news.journalLost();
    }
    const sealed = await this.journal.packet();
    if (await this.lock.take(false)) {
      this.delivery.mustTakeLease = !hasLocks();
      this.write();
      this.staff.hear(this.attempt.state === "paused", []);
      if (sealed !== null) {
        this.rescue.restore(sealed);
        this.handIn.send(); // handed in before this page was opened anew
      }
    } else {
      this.lose("tab");
    }
    this.countdown.start();
  }

  // Writing and not writing.

  write() {
    this.writing = true;
    this.readOnly.end();
    this.reading.lock(false);
    this.outbox.run();
    this.proctor.run();
  }

  /** Another tab or machine writes now: this page only shows. */
  lose(to) {
    if (this.ended) {
      return;
    }
    this.outbox.stop();
    this.proctor.stop();
    this.handIn.giveWay();
    this.writing = false;
    this.reading.lock(true);
    this.saved.readOnly(this.readOnly.begin(to));
  }

  /** This page writes again, with what was written elsewhere meanwhile. */
  async join(document, seconds) {
    this.clock.correct(document.server_time, document.deadline, seconds);
    this.sheet.merge(document.answers, await this.journal.entries());
    this.write();
    this.countdown.moved();
  }

  async signedOut() {
    this.saved.signedOut();
    await this.door.signedOut();
    const { document } = await this.delivery.fetch();
    if (document.lease === this.delivery.lease) {
      // A lease counts only for the sign-in that took it.
      this.delivery.mustTakeLease = true;
    }
  }

  // What the examinee does.

  answered(number) {
    this.saved.saving();
    this.notices.clear(`refused-${number}`);
    this.outbox.changed();
  }

  askToHandIn() {
    this.reading.view.flush();
    if (this.writing) {
      this.handIn.review();
    }
  }

  submit() {
    this.rescue.sealUp();
    this.outbox.submit("asked");
  }

  takeBack() {
    this.rescue.unseal();
    this.outbox.cancelSubmit();
  }

  leaving(event) {
    this.reading.view.flush();
    if (this.outbox.running && this.sheet.unsent().length > 0) {
      event.preventDefault();
      event.returnValue = ""; // what old browsers look at
    }
  }

  looked() {
    if (document.visibilityState === "visible") {
      this.countdown.look();
      this.outbox.retrySoon();
    }
  }

  // What staff do.

  paused() {
    this.handIn.giveWay();
    this.writing = false;
    this.reading.lock(true);
    this.saved.paused(this.sheet.unsent().length > 0);
    this.reading.announce(say("paused_title"));
  }

  resumed() {
    this.writing = true;
    this.reading.lock(false);
    this.saved.underWay();
  }

  reached(savedAt) {
    this.wrote = true;
    this.news.reached(savedAt);
  }

  // The end.

  bell() {
    if (this.writing) {
      this.reading.view.flush();
      this.writing = false;
      this.reading.lock(true);
      this.rescue.sealUp();
      this.handIn.bell();
      this.outbox.submit("bell");
    } else if (!this.ended) {
      const press = () => window.location.assign(this.element.dataset.resultUrl);
      const words = say("time_is_up_elsewhere");
      const button = say("see_result");
      this.notices.show("read-only", { tone: "plain", words, button, press });
    }
  }

  /** The bell rang, but time had been granted meanwhile. */
  goOn() {
    this.rescue.unseal();
    this.writing = true;
    this.reading.lock(false);
    this.handIn.reprieve();
    this.countdown.moved();
  }

  submitted(document) {
    this.finish();
    this.saved.show("good", say("handed_in"));
    this.handIn.done(document, this.element.dataset.zone);
  }

  /** The server has ended the attempt, by time or by an officer. */
  async closed() {
    this.reading.view.flush();
    const late = this.sheet.unsent().length;
    this.finish();
    if (late === 0) {
      await this.journal.wipe();
    }
    this.saved.show(late === 0 ? "good" : "warn", say("closed"));
    this.handIn.over(late === 0 ? say("closed_words") : say("late_sending", { n: late }));
    if (late > 0) {
      await this.rescue.deliver((words) => this.handIn.over(words));
    }
  }

  finish() {
    this.ended = true;
    this.writing = false;
    this.outbox.stop();
    this.proctor.stop();
    this.countdown.stop();
    this.notices.clear("read-only");
    this.reading.lock(true);
  }
}
