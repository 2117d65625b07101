import { deliverLate } from "./late.js";
import { answerFile, download, makePacket } from "./packet.js";
import { say } from "./words.js";

/**
 * What this page does for answers that do not reach the server: seals a hand-in, offers a
 * file as the last resort, and brings late what missed the end.
 */
const OFFERED_AFTER_MS = 60000;

export class Rescue {
  /**
   * @param {Element} element the page's element; its parts `file` are the buttons
   * @param {Object} attempt the attempt document
   * @param {{delivery: Delivery, notices: Notices, door: Door, uninterrupted: boolean}} desk
   */
  constructor(element, attempt, desk) {
    this.buttons = Array.from(element.querySelectorAll("[data-part=file]"));
    this.attempt = attempt;
    Object.assign(this, desk, desk.delivery.desk);
    this.silentSince = null;
    this.sealing = null;
    this.buttons.forEach((button) => button.addEventListener("click", () => this.save()));
  }

  get seal() {
    return this.journal.seal;
  }

  packet(handedIn) {
    const claims = { attempt: this.attempt.id, lease: this.delivery.lease, handedIn };
    const here = { at: this.clock.stamp(), uninterrupted: this.uninterrupted };
    return makePacket(this.sheet.unsent(), { ...claims, ...here }, this.seal);
  }

  /** The examinee has handed in, or the bell has: what is unsent is sealed as it stands. */
  sealUp() {
    if (this.sealing !== null) {
      return; // what was sealed first stays: the bell after a hand-in changes nothing
    }
    this.sealing = this.packet(true).then(async (packet) => {
      await this.journal.keepPacket(packet);
      return packet;
    });
  }

  /** A hand-in that an earlier page sealed still waits. */
  restore(packet) {
    this.sealing = Promise.resolve(packet);
  }

  /** The hand-in was taken back, or time was granted. */
  unseal() {
    this.sealing = null;
    this.journal.keepPacket(null);
  }

  /** @returns {boolean} whether a sealed hand-in would survive this browser */
  get isSealed() {
    return this.journal.durable;
  }

  // The file.

  /** Nobody answers, or the server cannot store: after a minute a file is offered. */
  failing() {
    const now = performance.now();
    this.silentSince = this.silentSince === null ? now : this.silentSince;
    if (now - this.silentSince > OFFERED_AFTER_MS) {
      this.offer();
    }
  }

  reached() {
    this.silentSince = null;
    this.notices.clear("file");
    this.show(false);
  }

  offer() {
    if (this.seal === null || this.sheet.unsent().length === 0) {
      return; // an unlocked file would show the answers to whoever finds it
    }
    this.show(true);
    const words = say("file_offered");
    const button = say("save_file");
    this.notices.show("file", { tone: "warn", words, button, press: () => this.save() });
  }

  show(offered) {
    this.buttons.forEach((button) => {
      button.hidden = !offered;
    });
  }

  async save() {
    const { packet } = (await this.sealing) || (await this.packet(false));
    const text = await answerFile(this.attempt.id, packet, this.seal);
    const time = this.clock.stamp().replace(/\D/g, "").slice(0, 14);
    download(text, `${this.attempt.id.slice(0, 8)}-${time}.answers`);
  }

  // After the end.

  /**
   * @param {function(string)} tell is given sentences on how it stands
   * @returns {Promise<void>} resolves when it is with the server, or refused by it
   */
  async deliver(tell) {
    const packet = (await this.sealing) || (await this.packet(false));
    await this.journal.keepPacket(packet);
    const from = { attempt: this.attempt.id, journal: this.journal };
    try {
      const kept = await deliverLate(this.delivery.api, from, packet, {
        waiting: () => this.waiting(tell),
        signedOut: () => this.door.signedOut(),
        freshToken: () => this.door.freshToken(),
      });
      tell(kept > 0 ? say("late_kept", { n: kept }) : say("closed_words"));
      this.reached();
    } catch (error) {
      this.offer();
      tell(say("late_refused", { why: error.sentence || error.message }));
    }
  }

  waiting(tell) {
    this.offer();
    const key = this.journal.durable ? "closed_late" : "closed_late_memory";
    tell(say(key, { n: this.sheet.unsent().length }));
  }
}
