const PARTED_MS = 2000;

/**
 * The server's clock, as this page knows it.
 *
 * The PC's clock may be wrong by years and may jump; only differences of
 * `performance.now()`, which nobody can set, are added to what the server last said.
 * While a machine sleeps, that may stand still: so both clocks are watched, and when they
 * part, neither is believed before the server has been asked.
 */
export class ExamClock {
  /**
   * @param {string} serverTime the server's time when it answered, RFC 3339
   * @param {string} deadline the first moment at which an answer no longer counts
   * @param {number} [seconds] how long that answer took
   */
  constructor(serverTime, deadline, seconds = 0) {
    this.server = 0;
    this.mark = performance.now();
    this.set(Date.parse(serverTime) + (seconds * 1000) / 2);
    this.deadline = Date.parse(deadline);
    this.apart = apart();
  }

  /** @returns {boolean} whether the machine slept, or its clock was set, since the last look */
  jumped() {
    const before = this.apart;
    this.apart = apart();
    return Math.abs(this.apart - before) > PARTED_MS;
  }

  set(milliseconds) {
    this.server = milliseconds;
    this.mark = performance.now();
  }

  /** @returns {number} the server's time now, in milliseconds since 1970 */
  now() {
    return this.server + (performance.now() - this.mark);
  }

  /** @returns {string} the server's time now, RFC 3339 in UTC */
  stamp() {
    return new Date(this.now()).toISOString();
  }

  /** @returns {number} whole milliseconds until the deadline, never negative */
  remaining() {
    return Math.max(0, Math.round(this.deadline - this.now()));
  }

  /**
   * Takes a new answer of the server into account.
   *
   * The time is corrected only when the guess lies outside what the answer can tell (half
   * its way there and back, and a quarter of a second), or the seconds would jitter. A
   * laptop that slept is put right here: its `performance.now()` may have slept too.
   *
   * @returns {number} by how many milliseconds the deadline moved
   */
  correct(serverTime, deadline, seconds) {
    const told = Date.parse(serverTime) + (seconds * 1000) / 2;
    if (Math.abs(told - this.now()) > (seconds * 1000) / 2 + 250) {
      this.set(told);
    }
    const ends = Date.parse(deadline);
    const moved = ends - this.deadline;
    this.deadline = ends;
    return moved;
  }
}

/** How far the PC's own clock is from the one that nobody can set. */
function apart() {
  return Date.now() - performance.now();
}

/** @returns {string} *milliseconds* as "1:05:09", to the nearest second */
export function span(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, rest] = [Math.floor(seconds / 3600), seconds % 3600];
  return `${hours}:${two(Math.floor(rest / 60))}:${two(rest % 60)}`;
}

/** @returns {string} *moment* (RFC 3339) as "10:32:05" on the clocks of *zone* */
export function timeOfDay(moment, zone) {
  const parts = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
  const form = new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: zone });
  return form.format(new Date(moment));
}
