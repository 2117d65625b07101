import { is, ours } from "../lib/api.js";

/**
 * The requests that carry answers, and what their answers do to the sheet.
 *
 * It decides nothing about time: `outbox.js` says when something is sent, and again.
 */
const MOST_AT_ONCE = 100;

const CLOCK = { server_time: is.moment, deadline: is.moment };
/** What an attempt document is at least. */
export const PAPER = { ...CLOCK, questions: is.list, answers: is.object, lease: is.number };
const SAVED = { ...CLOCK, saved: is.object, saved_at: is.moment };
const RECEIPT = { receipt: is.text, submitted_at: is.moment };

export class Delivery {
  /**
   * @param {Api} api
   * @param {string} attempt the attempt's id
   * @param {{sheet: Sheet, journal: Journal, clock: ExamClock}} desk
   */
  constructor(api, attempt, desk) {
    this.api = api;
    this.path = `/attempts/${attempt}`;
    this.desk = desk;
    this.lease = 0;
    this.mustTakeLease = false;
    this.atOnce = MOST_AT_ONCE;
    this.batch = [];
    this.seen = new Set();
  }

  /** @returns {Promise<Object>} the attempt document; the clock is corrected by it */
  async fetch() {
    const { document, seconds } = await this.api.get(this.path);
    return { document: ours(document, PAPER), seconds };
  }

  /** Makes this page the one writer. The page that was it learns so at its next save. */
  async takeLease() {
    const { document } = await this.api.send("POST", `${this.path}/lease`, {});
    ours(document, { lease: is.number });
    this.lease = document.lease;
    this.mustTakeLease = false;
  }

  /**
   * Sends what is unsent; with nothing unsent it asks the server for the time only.
   *
   * @param {boolean} held nothing but the question goes out: the attempt is paused
   * @returns {Promise<Object>} `savedAt`: when the batch was stored, null when it was
   *   empty; `moved`: by how many milliseconds the deadline moved; `paused`; and `notices`
   *   that were not known before
   */
  async save(held = false) {
    if (this.mustTakeLease) {
      await this.takeLease();
    }
    this.batch = held ? [] : this.desk.sheet.unsent().slice(0, this.atOnce);
    const { document, seconds } = await this.api.send("PUT", `${this.path}/answers`, {
      lease: this.lease,
      seen: this.seen.size,
      answers: this.batch.map(wire),
    });
    ours(document, SAVED);
    this.acknowledge(document.saved);
    const { server_time: serverTime, deadline } = document;
    const moved = this.desk.clock.correct(serverTime, deadline, seconds);
    const savedAt = this.batch.length > 0 ? document.saved_at : null;
    const news = { paused: document.state === "paused", notices: this.fresh(document) };
    return { savedAt, moved, ...news };
  }

  fresh(document) {
    const notices = Array.isArray(document.notices) ? document.notices : [];
    const fresh = notices.filter((notice) => !this.seen.has(notice.id));
    fresh.forEach((notice) => this.seen.add(notice.id));
    return fresh;
  }

  /** Hands the attempt in, with whatever is not yet sent. @returns {Promise<Object>} */
  async submit() {
    this.batch = this.desk.sheet.unsent().slice(0, MOST_AT_ONCE);
    const { document } = await this.api.send("POST", `${this.path}/submission`, {
      lease: this.lease,
      answers: this.batch.map(wire),
    });
    ours(document, RECEIPT);
    await this.desk.journal.wipe();
    return document;
  }

  acknowledge(saved) {
    const { sheet, journal } = this.desk;
    for (const entry of sheet.acknowledge(saved, this.batch)) {
      journal.keep(entry);
    }
    this.atOnce = MOST_AT_ONCE;
  }

  /**
   * Finds out what the server holds after a conflict of versions.
   *
   * @returns {Promise<boolean>} whether anything changed, so that sending again has sense
   */
  async reconcile() {
    const { document } = await this.fetch();
    const changed = this.desk.sheet.reconcile(document.answers);
    changed.forEach((entry) => this.desk.journal.keep(entry));
    return changed.length > 0;
  }

  /**
   * Keeps one unacceptable answer from holding up the others.
   *
   * A refused batch goes out again one by one; an answer that is refused alone is set
   * aside.
   *
   * @returns {?number} the question whose answer was set aside
   */
  isolate(sentence) {
    if (this.batch.length === 1) {
      this.desk.sheet.refuse(this.batch[0].number, sentence);
      return this.batch[0].number;
    }
    this.atOnce = 1;
    return null;
  }
}

/** @returns {Object} an entry of the sheet as it travels */
export function wire({ id, number, version, value, at }) {
  return { id, question: number, version, value, at };
}
