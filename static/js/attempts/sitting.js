import { Card } from "./card.js";
import { Countdown } from "./countdown.js";
import { Dialog } from "./dialog.js";
import { HandIn } from "./handin.js";
import { Keys } from "./keys.js";
import { Outbox } from "./outbox.js";
import { Proctor } from "./proctor.js";
import { QuestionView } from "./question.js";
import { SavedLine } from "./status.js";
import { say } from "./words.js";
import { TabLock, hasLocks } from "./writer.js";

/**
 * One examinee at one paper: joins the parts of the page and carries news between them.
 *
 * It is either writing (this page sends, the camera runs) or read-only (nothing leaves).
 */
export class Sitting {
  /**
   * @param {Element} element the page's element
   * @param {Object} attempt the attempt document
   * @param {{delivery: Delivery, notices: Notices, door: Door}} desk
   */
  constructor(element, attempt, desk) {
    this.element = element;
    this.attempt = attempt;
    this.delivery = desk.delivery;
    this.notices = desk.notices;
    this.door = desk.door;
    Object.assign(this, desk.delivery.desk);
    this.writing = false;
    this.wrote = false;
    this.ended = false;
    this.lock = new TabLock(attempt.id, () => this.lose("tab"));
    this.current = attempt.questions[0].number;
    this.build();
    this.listen();
  }

  part(name) {
    return this.element.querySelector(`[data-part=${name}]`);
  }

  build() {
    const { zone, heartbeatSeconds } = this.element.dataset;
    const announce = (words) => this.announce(words);
    this.saved = new SavedLine(this.part("saved"), zone, announce);
    this.view = new QuestionView(this.part("question"), (number, value) =>
      this.answer(number, value),
    );
    this.card = new Card(this.part("numbers"), this.part("counts"), this.attempt, (n) =>
      this.go(n, true),
    );
    this.outbox = new Outbox(this.delivery, this.listener(), Number(heartbeatSeconds));
    this.handIn = new HandIn(this.part("hand-in-dialog"), this.sheet, {
      go: (number) => this.go(number, true),
      submit: () => this.outbox.submit("asked"),
      cancel: () => this.outbox.cancelSubmit(),
    });
    this.keyList = new Dialog(this.part("keys-dialog"));
    this.keys = new Keys(this.keyActions());
    this.proctor = new Proctor(this.element, this.attempt, {
      api: this.delivery.api,
      clock: this.clock,
      notices: this.notices,
    });
  }

  keyActions() {
    return {
      chooseLabel: (label) => this.view.chooseLabel(label),
      chooseAt: (index) => this.view.chooseAt(index),
      turn: (step) => this.turn(step, true),
      mark: () => this.mark(),
      list: () => this.keyList.open(),
    };
  }

  listener() {
    return {
      saving: () => this.saved.saving(),
      reached: (savedAt) => this.reached(savedAt),
      failing: (nobodyAnswered) => this.failing(nobodyAnswered),
      moved: (milliseconds) => this.deadlineMoved(milliseconds),
      goOn: () => this.goOn(),
      refused: (number, why) => this.refused(number, why),
      signedOut: () => this.signedOut(),
      freshToken: () => this.door.freshToken(),
      // Before the first answer of the server nobody has taken anything from this page.
      leaseLost: () => this.lose(this.wrote ? "machine" : "other"),
      closed: () => this.closed(),
      submitted: (document) => this.submitted(document),
    };
  }

  listen() {
    const on = (name, act) => this.part(name).addEventListener("click", act);
    on("previous", () => this.turn(-1, false));
    on("next", () => this.turn(1, false));
    on("mark", () => this.mark());
    on("clear", () => this.clear());
    on("keys", () => this.keyList.open());
    on("hand-in", () => this.askToHandIn());
    this.part("single-keys").addEventListener("change", (event) => {
      this.keys.single = event.target.checked;
      this.remember();
    });
    window.addEventListener("online", () => this.outbox.retrySoon());
    document.addEventListener("visibilitychange", () => this.looked());
    window.addEventListener("beforeunload", (event) => this.leaving(event));
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
    this.journal.whenLost = () => this.journalLost();
  }

  /** Shows the paper and, when no other tab writes, begins to write. */
  async begin() {
    await this.recall();
    this.part("body").hidden = false;
    this.countdown = new Countdown(this.part("remaining"), this.clock, {
      announce: (words) => this.announce(words),
      bell: () => this.bell(),
    });
    if (!this.journal.durable) {
      this.journalLost();
    }
    if (await this.lock.take(false)) {
      this.delivery.mustTakeLease = !hasLocks();
      this.write();
    } else {
      this.lose("tab");
    }
  }

  async recall() {
    const page = (await this.journal.remembered()) || {};
    const numbers = this.attempt.questions.map((question) => question.number);
    this.sheet.marked = new Set((page.marked || []).filter((n) => numbers.includes(n)));
    this.current = numbers.includes(page.current) ? page.current : this.current;
    this.keys.single = page.singleKeys !== false;
    this.part("single-keys").checked = this.keys.single;
  }

  remember() {
    this.journal.remember({
      current: this.current,
      marked: Array.from(this.sheet.marked),
      singleKeys: this.keys.single,
      at: this.clock.now(),
    });
  }

  // What the examinee does.

  answer(number, value) {
    if (!this.writing || JSON.stringify(value) === JSON.stringify(this.sheet.value(number))) {
      return;
    }
    const entry = this.sheet.answer(number, value);
    this.journal.keep(entry);
    this.saved.saving();
    this.notices.clear(`refused-${number}`);
    this.card.draw(number, this.sheet, this.current);
    this.card.count(this.sheet);
    this.drawTools();
    this.outbox.changed();
  }

  clear() {
    if (this.writing) {
      this.view.flush();
      this.answer(this.current, []);
      this.draw();
    }
  }

  mark() {
    if (!this.ended) {
      const marked = this.sheet.toggleMark(this.current);
      this.announce(say(marked ? "marked_now" : "unmarked_now", { n: this.current }));
      this.card.drawAll(this.sheet, this.current);
      this.drawTools();
      this.remember();
    }
  }

  turn(step, focus) {
    const numbers = this.attempt.questions.map((question) => question.number);
    const next = numbers[numbers.indexOf(this.current) + step];
    if (next !== undefined) {
      this.go(next, focus);
    }
  }

  go(number, focus) {
    this.view.flush();
    this.current = number;
    this.draw();
    this.remember();
    if (focus) {
      this.view.focus();
    } else {
      this.announce(say("question_n", { n: number }));
    }
  }

  askToHandIn() {
    this.view.flush();
    if (this.writing) {
      this.handIn.review();
    }
  }

  leaving(event) {
    this.view.flush();
    if (this.outbox.running && this.sheet.unsent().length > 0) {
      event.preventDefault();
      event.returnValue = ""; // what old browsers look at
    }
  }

  // What is shown.

  draw() {
    const question = this.attempt.questions.find((one) => one.number === this.current);
    const section = this.attempt.sections.find(
      (one) => this.current >= one.first && this.current <= one.last,
    );
    this.part("section").textContent = section ? section.title : "";
    this.part("instructions").innerHTML = (section && section.instructions) || "";
    this.view.show(question, this.sheet.value(this.current), !this.writing);
    this.card.drawAll(this.sheet, this.current);
    this.drawTools();
  }

  drawTools() {
    const last = this.attempt.questions.length;
    const marked = this.sheet.marked.has(this.current);
    const off = (name, is) => this.part(name).setAttribute("aria-disabled", String(is));
    off("previous", this.current === this.attempt.questions[0].number);
    off("next", this.current === this.attempt.questions[last - 1].number);
    this.part("clear").disabled = !this.writing || !this.sheet.isAnswered(this.current);
    this.part("mark").setAttribute("aria-pressed", String(marked));
    this.part("mark").textContent = say(marked ? "unmark" : "mark");
    this.part("hand-in").disabled = !this.writing;
  }

  announce(words) {
    this.part("announcer").textContent = words;
  }

  // Writing and not writing.

  write() {
    this.writing = true;
    this.notices.clear("read-only");
    this.draw();
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
    const words = say(`read_only_${to}`);
    this.saved.readOnly(words);
    const press = () => this.takeOver();
    const button = say("write_here");
    this.notices.show("read-only", { tone: "bad", words, button, press });
    this.draw();
  }

  /** Takes the lock and the lease, and joins what was written elsewhere. */
  async takeOver() {
    try {
      await this.lock.take(true);
      await this.delivery.takeLease();
      const { document, seconds } = await this.delivery.fetch();
      this.clock.correct(document.server_time, document.deadline, seconds);
      this.sheet.merge(document.answers, await this.journal.entries());
      this.write();
    } catch (error) {
      await this.takeOverFailed(error);
    }
  }

  async takeOverFailed(error) {
    if (error.status === 401) {
      await this.door.signedOut();
      await this.takeOver();
    } else if (error.code === "csrf" && (await this.door.freshToken())) {
      await this.takeOver();
    } else if (error.code === "attempt_closed") {
      this.closed();
    } else {
      const words = error.sentence || say("take_over_failed");
      this.notices.show("take-over", { tone: "warn", words });
    }
  }

  async signedOut() {
    await this.door.signedOut();
    const { document } = await this.delivery.fetch();
    if (document.state === "running" && document.lease === this.delivery.lease) {
      // A lease counts only for the sign-in that took it.
      this.delivery.mustTakeLease = true;
    }
  }

  // What the server and this machine say.

  reached(savedAt) {
    this.wrote = true;
    this.notices.clear("take-over");
    if (savedAt === null || this.sheet.unsent().length === 0) {
      this.saved.reached(savedAt);
    }
  }

  failing(nobodyAnswered) {
    this.saved.failing(nobodyAnswered);
    this.handIn.failing(this.journal.durable);
  }

  refused(number, why) {
    const words = say("answer_refused", { n: number, why });
    const button = say("go_to", { n: number });
    const press = () => this.go(number, true);
    this.notices.show(`refused-${number}`, { tone: "bad", words, button, press });
  }

  deadlineMoved(milliseconds) {
    this.countdown.moved();
    const minutes = Math.max(1, Math.round(Math.abs(milliseconds) / 60000));
    const words = say(milliseconds > 0 ? "time_added" : "time_cut", { n: minutes });
    this.notices.show("time", {
      tone: "plain",
      words,
      button: say("understood"),
      press: () => this.notices.clear("time"),
    });
  }

  /** The bell rang, but time had been granted meanwhile. */
  goOn() {
    this.handIn.reprieve();
    this.countdown.moved();
    this.writing = true;
    this.draw();
  }

  looked() {
    if (document.visibilityState === "visible" && this.writing) {
      this.outbox.retrySoon();
    }
  }

  journalLost() {
    this.saved.durable = false;
    this.notices.show("memory", { tone: "warn", words: say("memory_only") });
  }

  // The end.

  bell() {
    this.view.flush();
    if (this.writing) {
      this.writing = false;
      this.draw();
      this.handIn.bell();
      this.outbox.submit("bell");
    } else if (!this.ended) {
      const press = () => window.location.assign(this.element.dataset.resultUrl);
      const words = say("time_is_up_elsewhere");
      const button = say("see_result");
      this.notices.show("read-only", { tone: "plain", words, button, press });
    }
  }

  submitted(document) {
    this.finish();
    this.saved.show("good", say("handed_in"));
    this.handIn.done(document, this.element.dataset.zone);
  }

  /** The server has ended the attempt, by time or by an officer. */
  async closed() {
    const late = this.sheet.unsent().length;
    this.finish();
    if (late === 0) {
      await this.journal.wipe();
    }
    this.saved.show(late === 0 ? "good" : "bad", say("closed"));
    this.handIn.over(late);
  }

  finish() {
    this.ended = true;
    this.writing = false;
    this.outbox.stop();
    this.proctor.stop();
    this.countdown.stop();
    this.draw();
  }
}
