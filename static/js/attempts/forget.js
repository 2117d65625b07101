import { openJournal } from "../lib/journal.js";
import { say } from "./words.js";

/**
 * Clears this machine of an attempt that has ended, on the page of its result.
 *
 * `data-attempt` names it. What never reached the server stays for a week, and the page
 * says so: it may be wanted as evidence.
 */
export async function start(element) {
  const journal = await openJournal(element.dataset.attempt);
  const unsent = (await journal.entries()).filter((entry) => !entry.sent);
  if (unsent.length === 0) {
    await journal.wipe();
    return;
  }
  element.hidden = false;
  element.textContent = say("kept_here", { n: unsent.length });
}
