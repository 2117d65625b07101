import { newId } from "../lib/identity.js";

/**
 * The answer sheet in memory: what is chosen, in which version, and what the server has.
 *
 * An entry is `{number, version, id, value, at, sent}`. Versions count per question and
 * only ever go up; an entry is never changed, a change makes a new one.
 */
export class Sheet {
  /**
   * @param {Object[]} questions the questions of the attempt document
   * @param {function(): string} stamp the server's time now, RFC 3339
   */
  constructor(questions, stamp) {
    this.questions = questions;
    this.stamp = stamp;
    this.entries = new Map();
    this.refused = new Map();
    this.marked = new Set();
  }

  /**
   * Joins what the server holds with what this machine kept.
   *
   * A kept answer counts only when its version is higher than the server's; it is then
   * sent (again), under the id it had. Otherwise the server's answer stands.
   *
   * @param {Object<string, {version: number, value: string[]}>} stored
   * @param {Object[]} kept entries from the journal
   */
  merge(stored, kept) {
    for (const [key, { version, value }] of Object.entries(stored)) {
      const known = this.entries.get(Number(key));
      if (!known || known.version <= version) {
        const entry = { number: Number(key), version, value, sent: true };
        this.entries.set(entry.number, entry);
      }
    }
    const numbers = new Set(this.questions.map((question) => question.number));
    for (const entry of kept.filter((one) => numbers.has(one.number))) {
      const stands = this.entries.get(entry.number);
      if (!stands || entry.version > stands.version) {
        this.entries.set(entry.number, { ...entry, sent: false });
      }
    }
  }

  /** @returns {string[]} the value of question *number*; empty when unanswered */
  value(number) {
    const entry = this.entries.get(number);
    return entry ? entry.value : [];
  }

  /** @returns {boolean} whether anything is chosen or written */
  isAnswered(number) {
    return this.value(number).some((part) => part.trim() !== "");
  }

  /** Makes *value* the answer to question *number*. @returns {Object} the new entry */
  answer(number, value) {
    const before = this.entries.get(number);
    const version = (before ? before.version : 0) + 1;
    this.refused.delete(number);
    const entry = {
      number,
      version,
      id: newId(),
      value,
      at: this.stamp(),
      sent: false,
    };
    this.entries.set(number, entry);
    return entry;
  }

  /** Marks or unmarks question *number*. @returns {boolean} whether it is marked now */
  toggleMark(number) {
    const marked = !this.marked.has(number);
    if (marked) {
      this.marked.add(number);
    } else {
      this.marked.delete(number);
    }
    return marked;
  }

  /** @returns {Object[]} entries that the server has neither acknowledged nor refused */
  unsent() {
    const all = Array.from(this.entries.values());
    return all.filter((entry) => !entry.sent && !this.refused.has(entry.number));
  }

  /** @returns {number[]} the numbers of unanswered questions, in order */
  unanswered() {
    const numbers = this.questions.map((question) => question.number);
    return numbers.filter((number) => !this.isAnswered(number));
  }

  /**
   * Takes in what the server acknowledged of *sent*.
   *
   * An entry that meanwhile has a successor stays as it is. Where the server holds a
   * higher version than the one sent (this page was reloaded while an older request was
   * still on its way), what stands on the screen is what the examinee wants: it is
   * raised above the stored version and goes out again.
   *
   * @param {Object<string, number>} saved version that the server holds, by question
   * @param {Object[]} sent the entries of the request
   * @returns {Object[]} entries that are new or acknowledged, for the journal
   */
  acknowledge(saved, sent) {
    const changed = [];
    for (const entry of sent) {
      const stored = saved[entry.number];
      if (stored > entry.version) {
        this.raise(entry.number, stored);
        changed.push(this.entries.get(entry.number));
      } else if (stored === entry.version && this.entries.get(entry.number) === entry) {
        const done = { ...entry, sent: true };
        this.entries.set(entry.number, done);
        changed.push(done);
      }
    }
    return changed;
  }

  /** Lifts the present answer above version *stored*, to be sent under a new id. */
  raise(number, stored) {
    const entry = this.entries.get(number);
    if (entry && entry.version <= stored) {
      const raised = { ...entry, version: stored + 1, id: newId(), sent: false };
      this.entries.set(number, raised);
    }
  }

  /**
   * Settles unsent entries against what the server really holds after a conflict.
   *
   * @returns {Object[]} the entries that changed
   */
  reconcile(stored) {
    const changed = [];
    for (const entry of this.unsent()) {
      const there = stored[String(entry.number)];
      if (there && there.version >= entry.version) {
        this.raise(entry.number, there.version);
        changed.push(this.entries.get(entry.number));
      }
    }
    return changed;
  }

  /** Notes that the server will not take the present answer to *number*, and why. */
  refuse(number, sentence) {
    this.refused.set(number, sentence);
  }
}
