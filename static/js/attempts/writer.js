/**
 * One tab writes: a lock that the tabs of this browser share.
 *
 * Between machines the server's lease decides; between tabs of one session it cannot,
 * since both would hold it. Web Locks exist only under HTTPS or on localhost; without
 * them the page takes a new lease instead, which silences the older tab.
 */

/** @returns {boolean} whether this browser has Web Locks here */
export function hasLocks() {
  return Boolean(navigator.locks);
}

/** The lock of one attempt, as this tab sees it. */
export class TabLock {
  /**
   * @param {string} attempt
   * @param {function()} lost called when another tab takes the lock away
   */
  constructor(attempt, lost) {
    this.name = `examcenter-${attempt}`;
    this.lost = lost;
    this.held = false;
  }

  /**
   * Tries to become the one writing tab, and stays it until the page goes.
   *
   * @param {boolean} steal takes the lock away from the tab that has it
   * @returns {Promise<boolean>} whether this tab is the one
   */
  take(steal) {
    if (this.held || !hasLocks()) {
      return Promise.resolve(true);
    }
    return new Promise((resolve, reject) => {
      const how = steal ? { steal: true } : { ifAvailable: true };
      const holding = navigator.locks.request(this.name, how, (lock) => {
        this.held = lock !== null;
        resolve(this.held);
        return this.held ? new Promise(() => {}) : null;
      });
      holding.catch((error) => (this.held ? this.robbed() : reject(error)));
    });
  }

  robbed() {
    this.held = false;
    this.lost();
  }
}
