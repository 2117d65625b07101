/**
 * The browser's own database: its stores, and one way to do something in it.
 *
 * Writes ask for strict durability, so that a power cut does not take what was "kept";
 * browsers that do not know the wish ignore it.
 */
const NAME = "examcenter";
const VERSION = 2;
const PATIENCE_MS = 3000;

/** @returns {Promise<IDBDatabase>} rejects where nothing can be stored */
export function openDatabase() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, VERSION);
    opening.onupgradeneeded = () => upgrade(opening.result);
    opening.onsuccess = () => resolve(newest(opening.result));
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("blocked"));
    // A damaged profile may never answer, and the examinee's time is running.
    setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
  });
}

function upgrade(database) {
  const stores = { answers: ["attempt", "number"], pages: "attempt", packets: "attempt" };
  for (const [name, keyPath] of Object.entries(stores)) {
    if (!database.objectStoreNames.contains(name)) {
      database.createObjectStore(name, { keyPath });
    }
  }
}

function newest(database) {
  // A page of a later release must not wait for this one to be closed.
  database.onversionchange = () => database.close();
  return database;
}

/**
 * @param {function(function(string): IDBObjectStore)} work is given what opens a store
 * @returns {Promise<void>} resolves once it is done, and on the disk
 */
export function transact(database, stores, mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode, { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
    work((name) => transaction.objectStore(name));
  });
}
