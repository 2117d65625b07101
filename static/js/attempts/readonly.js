import { say } from "./words.js";

/**
 * A page that may only show, because another one writes; and how it becomes the writer.
 *
 * Taking over is asked for twice: it silences the other page.
 */
export class ReadOnly {
  /**
   * @param {{notices: Notices, delivery: Delivery, door: Door, lock: TabLock}} desk
   * @param {{join: function(Object), closed: function()}} does *join* takes the attempt
   *   document once this page is the writer
   */
  constructor(desk, does) {
    Object.assign(this, desk);
    this.does = does;
  }

  /** @param {"tab"|"machine"|"other"} to who writes now @returns {string} the sentence */
  begin(to) {
    this.to = to;
    const words = say(`read_only_${to}`);
    const button = say(to === "tab" ? "write_in_this_page" : "write_here");
    const press = () => this.ask();
    this.notices.show("read-only", { tone: "bad", words, button, press });
    return words;
  }

  ask() {
    const words = say(`take_over_${this.to === "tab" ? "tab" : "machine"}`);
    const press = () => this.takeOver();
    const second = { button: say("stay_read_only"), press: () => this.begin(this.to) };
    const button = say("take_over_confirm");
    const notice = { tone: "warn", words, button, press, second };
    this.notices.show("read-only", notice).focus();
  }

  end() {
    this.notices.clear("read-only");
    this.notices.clear("take-over");
  }

  /** Takes the lock and the lease, and joins what was written elsewhere. */
  async takeOver() {
    try {
      await this.lock.take(true);
      await this.delivery.takeLease();
      const { document, seconds } = await this.delivery.fetch();
      await this.does.join(document, seconds);
    } catch (error) {
      await this.failed(error);
    }
  }

  async failed(error) {
    if (error.status === 401) {
      await this.door.signedOut();
      await this.takeOver();
    } else if (error.code === "csrf" && (await this.door.freshToken())) {
      await this.takeOver();
    } else if (error.code === "attempt_closed") {
      await this.does.closed();
    } else {
      const words = error.sentence || say("take_over_failed");
      this.notices.show("take-over", { tone: "warn", words });
    }
  }
}
