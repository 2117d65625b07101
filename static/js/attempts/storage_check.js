import { openDatabase, transact } from "../lib/database.js";
import { say } from "./words.js";

/**
 * Tries before the start whether this machine can keep a locked copy of the answers.
 *
 * It only tells: whoever sits at a machine that cannot may still sit, and knows that the
 * server alone keeps the answers then.
 */
const PROBE = "storage-check";
// A private window and a full disk are both short of room; a paper needs far less.
const LEAST_BYTES = 5 * 1024 * 1024;

export async function start(place) {
  const works = window.isSecureContext && (await canKeep());
  const missing = window.isSecureContext ? "storage_missing" : "storage_insecure";
  place.classList.toggle("message-warn", !works);
  place.textContent = say(works ? "storage_works" : missing);
  place.hidden = false;
}

async function canKeep() {
  try {
    const database = await openDatabase();
    const row = { attempt: PROBE, at: 0 };
    await transact(database, ["pages"], "readwrite", (open) => open("pages").put(row));
    await transact(database, ["pages"], "readwrite", (open) => open("pages").delete(PROBE));
    database.close();
    return Boolean(crypto.subtle) && (await hasRoom());
  } catch (error) {
    return false;
  }
}

async function hasRoom() {
  if (!navigator.storage || !navigator.storage.estimate) {
    return true; // an old browser does not tell; writing worked
  }
  const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
  return quota - usage > LEAST_BYTES;
}
