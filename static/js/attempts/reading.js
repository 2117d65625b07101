import { Card } from "./card.js";
import { Dialog } from "./dialog.js";
import { Keys } from "./keys.js";
import { QuestionView } from "./question.js";
import { say } from "./words.js";

/**
 * The paper as the examinee leafs through it: one question, the card, the tools, the keys.
 *
 * It knows what is shown and what is chosen; it does not know that there is a server.
 */
export class Reading {
  /**
   * @param {Element} element the page's element
   * @param {Object} attempt the attempt document
   * @param {{sheet: Sheet, journal: Journal, clock: ExamClock}} desk
   * @param {{answered: function(number)}} tell called after each change of an answer
   */
  constructor(element, attempt, desk, tell) {
    this.element = element;
    this.attempt = attempt;
    Object.assign(this, desk);
    this.tell = tell;
    this.numbers = attempt.questions.map((question) => question.number);
    this.current = this.numbers[0];
    this.locked = true;
    this.view = new QuestionView(this.part("question"), (number, value) =>
      this.answer(number, value),
    );
    this.card = new Card(this.part("numbers"), this.part("counts"), attempt, (number) =>
      this.go(number, true),
    );
    this.keyList = new Dialog(this.part("keys-dialog"));
    this.keys = new Keys({
      chooseLabel: (label) => this.view.chooseLabel(label),
      chooseAt: (index) => this.view.chooseAt(index),
      turn: (step) => this.turn(step, true),
      mark: () => this.mark(),
      list: () => this.keyList.open(),
    });
    this.listen();
  }

  part(name) {
    return this.element.querySelector(`[data-part=${name}]`);
  }

  listen() {
    const on = (name, act) => this.part(name).addEventListener("click", act);
    on("previous", () => this.turn(-1, false));
    on("next", () => this.turn(1, false));
    on("mark", () => this.mark());
    on("clear", () => this.clear());
    on("keys", () => this.keyList.open());
    this.part("single-keys").addEventListener("change", (event) => {
      this.keys.single = event.target.checked;
      this.remember();
    });
  }

  /** Goes back to where the examinee was before a reload. */
  async recall() {
    const page = (await this.journal.remembered()) || {};
    const marked = (page.marked || []).filter((number) => this.numbers.includes(number));
    this.sheet.marked = new Set(marked);
    this.current = this.numbers.includes(page.current) ? page.current : this.current;
    this.keys.single = page.singleKeys !== false;
    this.part("single-keys").checked = this.keys.single;
    this.part("body").hidden = false;
    this.draw();
    this.remember();
  }

  remember() {
    this.journal.remember({
      current: this.current,
      marked: Array.from(this.sheet.marked),
      singleKeys: this.keys.single,
      at: this.clock.now(),
    });
  }

  /** Locks or unlocks the answers; leafing and marking stay possible. */
  lock(locked) {
    this.view.flush();
    this.locked = locked;
    this.draw();
  }

  answer(number, value) {
    const before = JSON.stringify(this.sheet.value(number));
    if (this.locked || JSON.stringify(value) === before) {
      return;
    }
    this.journal.keep(this.sheet.answer(number, value));
    this.card.draw(number, this.sheet, this.current);
    this.card.count(this.sheet);
    this.drawTools();
    this.tell.answered(number);
  }

  clear() {
    this.view.flush();
    this.answer(this.current, []);
    this.draw();
    this.view.focus();
  }

  mark() {
    const marked = this.sheet.toggleMark(this.current);
    this.announce(say(marked ? "marked_now" : "unmarked_now", { n: this.current }));
    this.card.drawAll(this.sheet, this.current);
    this.drawTools();
    this.remember();
  }

  turn(step, focus) {
    const next = this.numbers[this.numbers.indexOf(this.current) + step];
    if (next !== undefined) {
      this.go(next, focus);
    }
  }

  /** Shows question *number*; with *focus* the keyboard goes there too. */
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

  draw() {
    const question = this.attempt.questions.find((one) => one.number === this.current);
    const section = this.attempt.sections.find(
      (one) => this.current >= one.first && this.current <= one.last,
    );
    this.part("section").innerHTML = section ? section.title : "";
    this.part("instructions").innerHTML = (section && section.instructions) || "";
    this.view.show(question, this.sheet.value(this.current), this.locked);
    this.card.drawAll(this.sheet, this.current);
    this.drawTools();
  }

  drawTools() {
    const [first, last] = [this.numbers[0], this.numbers[this.numbers.length - 1]];
    const marked = this.sheet.marked.has(this.current);
    // Not `disabled`: a button that vanishes from the tab order takes the focus along.
    const end = (name, is) => this.part(name).setAttribute("aria-disabled", String(is));
    end("previous", this.current === first);
    end("next", this.current === last);
    this.part("clear").disabled = this.locked || !this.sheet.isAnswered(this.current);
    this.part("mark").setAttribute("aria-pressed", String(marked));
    this.part("mark").textContent = say(marked ? "unmark" : "mark");
    this.part("hand-in").disabled = this.locked;
  }

  announce(words) {
    this.part("announcer").textContent = words;
  }
}
