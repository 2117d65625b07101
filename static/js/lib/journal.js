/**
 * What this browser remembers of an attempt, so that nothing is lost when it dies.
 *
 * Rows live in IndexedDB and are written with strict durability where the browser offers
 * it. Where there is no IndexedDB (private windows, a full disk) the journal goes on in
 * memory and says so through `durable`, because the page may then not claim that anything
 * is kept on this machine.
 */
const NAME = "examcenter";
const PATIENCE_MS = 3000;
const FORGOTTEN_AFTER_MS = 7 * 24 * 3600 * 1000;

/**
 * Opens the journal of one attempt.
 *
 * @param {string} attempt the attempt's id
 * @returns {Promise<Journal>} never rejects
 */
export async function openJournal(attempt) {
  try {
    return new Journal(attempt, await openDatabase());
  } catch (error) {
    return new Journal(attempt, null);
  }
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("answers", { keyPath: ["attempt", "number"] });
      opening.result.createObjectStore("pages", { keyPath: "attempt" });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("blocked"));
    // A damaged profile may never answer, and the examinee's time is running.
    setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
  });
}

export class Journal {
  constructor(attempt, database) {
    this.attempt = attempt;
    this.database = database;
    this.memory = new Map();
    this.page = null;
    this.wiped = false;
    this.whenLost = () => {};
    if (database !== null) {
      database.onclose = () => this.lose();
    }
  }

  /** @returns {boolean} whether what is kept survives this browser */
  get durable() {
    return this.database !== null;
  }

  /**
   * Keeps *entry*, an object with at least `number` and `version`.
   *
   * @returns {Promise<boolean>} true once it is on the disk; false when only in memory
   */
  async keep(entry) {
    this.memory.set(entry.number, entry);
    return this.write("answers", { ...entry, attempt: this.attempt });
  }

  /** Remembers where the examinee was: the question shown and the marked ones. */
  async remember(page) {
    this.page = page;
    return this.write("pages", { ...page, attempt: this.attempt });
  }

  /** @returns {Promise<Object[]>} the entries kept for this attempt */
  async entries() {
    const mine = IDBKeyRange.bound([this.attempt], [this.attempt, []]);
    const rows = await this.read("answers", (store) => store.getAll(mine));
    return rows || Array.from(this.memory.values());
  }

  /** @returns {Promise<?Object>} what `remember` was last given, or null */
  async remembered() {
    const row = await this.read("pages", (store) => store.get(this.attempt));
    return row || this.page;
  }

  /** Forgets this attempt, for good: nothing is kept of it afterwards. */
  async wipe() {
    this.wiped = true;
    this.memory.clear();
    await this.erase(this.attempt);
  }

  /**
   * Erases what other attempts left behind more than a week ago.
   *
   * @param {number} now the server's time in milliseconds
   */
  async eraseForgotten(now) {
    const pages = (await this.read("pages", (store) => store.getAll())) || [];
    const old = pages.filter((page) => now - (page.at || 0) > FORGOTTEN_AFTER_MS);
    for (const page of old.filter((one) => one.attempt !== this.attempt)) {
      await this.erase(page.attempt);
    }
  }

  erase(attempt) {
    return this.transact(["answers", "pages"], "readwrite", (transaction) => {
      const rows = IDBKeyRange.bound([attempt], [attempt, []]);
      transaction.objectStore("answers").delete(rows);
      transaction.objectStore("pages").delete(attempt);
    }).catch(() => this.lose());
  }

  async write(store, row) {
    if (!this.durable || this.wiped) {
      return false;
    }
    try {
      await this.transact([store], "readwrite", (transaction) => {
        transaction.objectStore(store).put(row);
      });
      return true;
    } catch (error) {
      this.lose();
      return false;
    }
  }

  async read(store, ask) {
    let asking = null;
    try {
      await this.transact([store], "readonly", (transaction) => {
        asking = ask(transaction.objectStore(store));
      });
      return asking && asking.result;
    } catch (error) {
      this.lose();
      return null;
    }
  }

  transact(stores, mode, work) {
    return new Promise((resolve, reject) => {
      if (!this.durable) {
        resolve();
        return;
      }
      // Browsers that do not know the third argument ignore it.
      const transaction = this.database.transaction(stores, mode, {
        durability: "strict",
      });
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
      work(transaction);
    });
  }

  lose() {
    if (this.durable) {
      this.database = null;
      this.whenLost();
    }
  }
}
