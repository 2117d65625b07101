import { openDatabase, transact } from "./database.js";

/**
 * What this browser remembers of an attempt, so that nothing is lost when it dies.
 *
 * Rows lie in IndexedDB, locked with the attempt's own key: whoever sits here next can read
 * nothing. Until `unlock` is given the key, and for good where there is none, the journal
 * lives in memory and says so through `durable`, because the page may then not claim that
 * anything is kept on this machine.
 */
const FORGOTTEN_AFTER_MS = 7 * 24 * 3600 * 1000;

/**
 * Opens the journal of one attempt, still locked.
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

export class Journal {
  constructor(attempt, database) {
    this.attempt = attempt;
    this.database = database;
    this.seal = null;
    this.memory = new Map();
    this.page = null;
    this.sealed = null;
    this.wiped = false;
    this.writing = Promise.resolve();
    this.whenLost = () => {};
    if (database !== null) {
      database.onclose = () => this.lose();
    }
  }

  /** @returns {boolean} whether what is kept survives this browser */
  get durable() {
    return this.database !== null && this.seal !== null;
  }

  /** @param {?Seal} seal the attempt's key; null: nothing is stored here */
  unlock(seal) {
    this.seal = seal;
    if (seal === null) {
      this.lose();
    }
  }

  /**
   * Keeps *entry*, an object with at least `number`, `version` and `sent`.
   *
   * @returns {Promise<boolean>} true once it is on the disk; false when only in memory
   */
  keep(entry) {
    this.memory.set(entry.number, entry);
    const row = { attempt: this.attempt, number: entry.number, sent: Boolean(entry.sent) };
    return this.write("answers", row, entry);
  }

  /** Remembers where the examinee was: the question shown and the marked ones. */
  remember(page) {
    this.page = page;
    return this.write("pages", { attempt: this.attempt, at: page.at }, page);
  }

  /** Keeps the sealed hand-in that waits for the server; null takes it back. */
  keepPacket(packet) {
    this.sealed = packet;
    if (packet !== null) {
      return this.write("packets", { attempt: this.attempt }, packet);
    }
    return this.erase(["packets"], this.attempt);
  }

  /** @returns {Promise<Object[]>} the entries kept for this attempt */
  async entries() {
    const rows = await this.read("answers", (store) => store.getAll(this.span()));
    if (!rows) {
      return Array.from(this.memory.values());
    }
    const opened = await Promise.all(rows.map((row) => this.opened("answers", row)));
    return opened.filter((entry) => entry !== null);
  }

  /** @returns {Promise<number>} how many changes never reached the server; needs no key */
  async unsent() {
    const rows = await this.read("answers", (store) => store.getAll(this.span()));
    return (rows || []).filter((row) => !row.sent).length;
  }

  /** @returns {Promise<?Object>} what `remember` was last given, or null */
  async remembered() {
    return (await this.one("pages")) || this.page;
  }

  /** @returns {Promise<?Object>} what `keepPacket` was last given, or null */
  async packet() {
    return (await this.one("packets")) || this.sealed;
  }

  async one(store) {
    const row = await this.read(store, (place) => place.get(this.attempt));
    return row ? this.opened(store, row) : null;
  }

  /** Forgets this attempt, for good: nothing is kept of it afterwards. */
  async wipe() {
    this.wiped = true;
    this.memory.clear();
    this.sealed = null;
    await this.erase(["answers", "pages", "packets"], this.attempt);
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
      await this.erase(["answers", "pages", "packets"], page.attempt);
    }
  }

  // One after the other: locking takes a moment, and an older row must not come last.
  inTurn(work) {
    const done = this.writing.then(work);
    this.writing = done.catch(() => {});
    return done;
  }

  erase(stores, attempt) {
    return this.inTurn(async () => {
      if (this.database !== null) {
        await transact(this.database, stores, "readwrite", (open) => {
          stores.forEach((name) => open(name).delete(this.span(name, attempt)));
        });
      }
    }).catch(() => this.lose());
  }

  write(store, row, content) {
    if (!this.durable || this.wiped) {
      return Promise.resolve(false);
    }
    return this.inTurn(async () => {
      if (!this.durable || this.wiped) {
        return false;
      }
      const locked = await this.seal.lock(JSON.stringify(content), place(store, row));
      await transact(this.database, [store], "readwrite", (open) => {
        open(store).put({ ...row, ...locked });
      });
      return true;
    }).catch(() => {
      this.lose();
      return false;
    });
  }

  async opened(store, row) {
    if (!row.locked) {
      return row; // written by the release before, which did not lock
    }
    try {
      return JSON.parse(await this.seal.open(row, place(store, row)));
    } catch (error) {
      return null; // another centre's, or damaged
    }
  }

  async read(store, ask) {
    if (this.database === null) {
      return null;
    }
    let asking = null;
    try {
      await this.writing;
      await transact(this.database, [store], "readonly", (open) => {
        asking = ask(open(store));
      });
      return asking && asking.result;
    } catch (error) {
      this.lose();
      return null;
    }
  }

  span(store = "answers", attempt = this.attempt) {
    return store === "answers" ? IDBKeyRange.bound([attempt], [attempt, []]) : attempt;
  }

  lose() {
    if (this.database !== null) {
      this.database = null;
      this.whenLost();
    }
  }
}

function place(store, row) {
  return `${store}/${row.attempt}/${row.number || 0}`;
}
