import { timeOfDay } from "./clock.js";
import { Dialog } from "./dialog.js";
import { say } from "./words.js";

/**
 * Handing in: look over, confirm, wait, receipt.
 *
 * The dialog shows one pane at a time. It can be left until the second confirmation, and
 * also while the server cannot be reached; after the bell and after the receipt it cannot.
 */
export class HandIn {
  /**
   * @param {HTMLDialogElement} element
   * @param {Sheet} sheet
   * @param {{go: function(number), submit: function(), cancel: function()}} does
   */
  constructor(element, sheet, does) {
    this.element = element;
    this.dialog = new Dialog(element, { mayCancel: true });
    this.sheet = sheet;
    this.does = does;
    this.rings = false;
    this.listen();
  }

  listen() {
    const on = (name, act) => this.part(name).addEventListener("click", act);
    on("to-confirm", () => this.confirm());
    on("confirm", () => this.send());
    on("withdraw", () => this.withdraw());
    this.dialog.whenClosed = () => this.closed();
  }

  part(name) {
    return this.element.querySelector(`[data-part=${name}]`);
  }

  pane(name, mayCancel) {
    this.element.querySelectorAll("[data-pane]").forEach((pane) => {
      pane.hidden = pane.dataset.pane !== name;
    });
    this.element.setAttribute("aria-labelledby", `hand-in-${name}`);
    this.dialog.mayCancel = mayCancel;
    this.showing = name;
  }

  /** First step: what is unanswered, what is marked. */
  review() {
    const unanswered = this.sheet.unanswered();
    const marked = Array.from(this.sheet.marked).sort((a, b) => a - b);
    this.part("review-words").textContent = say("hand_in_counts", this.counts());
    this.list("unanswered-list", unanswered);
    this.list("marked-list", marked);
    this.pane("review", true);
    this.dialog.open(this.part("back"));
  }

  counts() {
    const total = this.sheet.questions.length;
    const unanswered = this.sheet.unanswered().length;
    const answered = total - unanswered;
    return { total, answered, unanswered, marked: this.sheet.marked.size };
  }

  list(name, numbers) {
    const block = this.part(name);
    block.hidden = numbers.length === 0;
    const place = block.querySelector("ol");
    place.textContent = "";
    for (const number of numbers) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "card-number";
      button.textContent = String(number);
      button.setAttribute("aria-label", say("go_to", { n: number }));
      button.addEventListener("click", () => this.leaveTo(number));
      const item = document.createElement("li");
      item.append(button);
      place.append(item);
    }
  }

  leaveTo(number) {
    this.dialog.before = null; // the focus goes to the question, not back to the button
    this.dialog.close();
    this.does.go(number);
  }

  /** Second step: what handing in means, with the focus on the safe choice. */
  confirm() {
    const counts = this.counts();
    this.part("confirm-words").textContent = say("confirm_words", counts);
    this.part("confirm").textContent = say("confirm_button", counts);
    this.pane("confirm", true);
    this.part("not-yet").focus();
  }

  send() {
    this.wait(say("handing_in"));
    this.part("withdraw").hidden = true;
    this.does.submit();
  }

  wait(words) {
    this.part("wait-words").textContent = words;
    this.part("wait-title").textContent = say(this.rings ? "time_is_up" : "wait_title");
    this.pane("wait", false);
    this.dialog.open(this.part("wait-title"));
    this.part("wait-title").focus();
  }

  /** The bell: the page hands in by itself. */
  bell() {
    this.rings = true;
    this.part("withdraw").hidden = true;
    this.wait(say("handing_in"));
  }

  /** Time was granted after all: back to the paper. */
  reprieve() {
    if (this.rings) {
      this.rings = false;
      this.dialog.close();
    }
  }

  /** The server cannot be reached or cannot store: tells so, and that it keeps trying. */
  failing(sealed) {
    if (this.showing === "wait" && this.dialog.isOpen) {
      const kept = this.rings ? "hand_in_sealed_late" : "hand_in_sealed";
      const key = sealed ? kept : "hand_in_waiting_memory";
      this.part("wait-words").textContent = say(key);
      if (sealed && !this.rings) {
        this.part("wait-title").textContent = say("sealed_title");
      }
      this.part("withdraw").hidden = this.rings;
    }
  }

  withdraw() {
    this.does.cancel();
    this.dialog.close();
  }

  /** Closes what is open, because something else now matters more. */
  giveWay() {
    this.does.cancel();
    this.rings = false;
    this.dialog.close();
  }

  closed() {
    this.showing = null;
  }

  /** Shows the receipt. */
  done(document, zone) {
    this.part("receipt").textContent = document.receipt;
    this.part("submitted-at").textContent = timeOfDay(document.submitted_at, zone);
    this.part("result-words").textContent = resultWords(document.result);
    this.end("done");
  }

  /** The server has closed the attempt; *words* tell what became of the last answers. */
  over(words) {
    this.part("closed-words").textContent = words;
    if (this.showing !== "closed") {
      this.end("closed");
    }
  }

  end(pane) {
    this.pane(pane, false);
    const link = this.element.querySelector(`[data-pane=${pane}] a`);
    this.dialog.open(link);
  }
}

function resultWords(result) {
  if (!result) {
    return say("not_released");
  }
  const passed = say(result.passed ? "passed" : "not_passed");
  const words = { score: result.score, full: result.full_marks, passed };
  // The lowest grade is often called as the verdict is; nothing is said twice.
  const grade = result.grade && result.grade !== passed ? result.grade : "";
  return say("result", { ...words, grade }).trim();
}
