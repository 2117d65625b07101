import { timeOfDay } from "./clock.js";
import { say } from "./words.js";

const SIGNS = { good: "✓", busy: "…", warn: "!", bad: "!" };

/**
 * Tells in words whether the answers are safe, and never says more than is known.
 *
 * The line itself is silent for screen readers, or it would speak after every answer; only
 * a change between safe and not safe is announced.
 */
export class SavedLine {
  /**
   * @param {Element} place
   * @param {string} zone the time zone in which moments are shown
   * @param {function(string)} announce
   */
  constructor(place, zone, announce) {
    this.place = place;
    this.zone = zone;
    this.announce = announce;
    this.tone = "busy";
    this.lastSaved = null;
    this.durable = true;
  }

  /** An answer is on its way; while nothing gets through, that stays what is said. */
  saving() {
    if (this.tone !== "warn") {
      this.underWay();
    }
  }

  /** The server answers, and more is to be sent. */
  underWay() {
    this.show("busy", say(this.durable ? "saving" : "saving_memory"));
  }

  /** @param {?string} savedAt when the server stored the last batch; null for no batch */
  reached(savedAt) {
    this.lastSaved = savedAt || this.lastSaved;
    const time = this.lastSaved && timeOfDay(this.lastSaved, this.zone);
    this.show("good", time ? say("saved", { time }) : say("connected"));
  }

  /** @param {boolean} nobodyAnswered false when the server answered, but could not store */
  failing(nobodyAnswered) {
    const key = nobodyAnswered ? "offline" : "server_busy";
    this.show("warn", say(key));
  }

  /** Nothing is sent until somebody signs in. */
  signedOut() {
    this.show("warn", say(this.durable ? "not_sent" : "not_sent_memory"));
  }

  /** Handed in, and the server does not have it yet. */
  waitingToHandIn() {
    this.show("warn", say(this.durable ? "sealed_line" : "sealed_line_memory"));
  }

  /** The attempt is paused; *unsent* answers wait on this machine. */
  paused(unsent) {
    const waiting = this.durable ? "paused_unsent" : "paused_unsent_memory";
    this.show(unsent ? "warn" : "good", say(unsent ? waiting : "paused_saved"));
  }

  readOnly(words) {
    this.show("bad", words);
  }

  show(tone, words) {
    const wasSafe = this.tone === "good" || this.tone === "busy";
    const isSafe = tone === "good" || tone === "busy";
    this.tone = tone;
    this.place.dataset.tone = tone;
    this.place.textContent = "";
    const sign = document.createElement("span");
    sign.className = "saved-sign";
    sign.setAttribute("aria-hidden", "true");
    sign.textContent = SIGNS[tone];
    const text = document.createElement("span");
    text.textContent = words;
    this.place.append(sign, text);
    if (wasSafe !== isSafe) {
      this.announce(words);
    }
  }
}

/** Notices above the question: each has a name, and stands until it is taken away. */
export class Notices {
  /** @param {Element} place an element with `role="status"` */
  constructor(place) {
    this.place = place;
    this.standing = new Map();
  }

  /**
   * @param {string} name
   * @param {{tone: string, words: string, button: ?string, press: ?function(),
   *   second: ?{button: string, press: function()}}} notice *second* is the way back
   * @returns {?HTMLButtonElement} the last button: the safe one where there are two
   */
  show(name, notice) {
    this.clear(name);
    const line = document.createElement("div");
    line.className = `message message-${notice.tone} notice`;
    const words = document.createElement("p");
    words.textContent = notice.words;
    line.append(words);
    const buttons = [notice, notice.second].filter((one) => one && one.button);
    buttons.forEach((one) => line.append(press(one)));
    this.standing.set(name, line);
    this.place.append(line);
    return line.querySelector("button:last-child");
  }

  clear(name) {
    const line = this.standing.get(name);
    if (line) {
      line.remove();
      this.standing.delete(name);
    }
  }
}

function press(notice) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-primary btn-sm";
  button.textContent = notice.button;
  button.addEventListener("click", notice.press);
  return button;
}
