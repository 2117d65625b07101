import { Api } from "../lib/api.js";
import { openJournal } from "../lib/journal.js";
import { openSeal } from "../lib/seal.js";
import { deliverLate } from "./late.js";
import { makePacket } from "./packet.js";
import { say } from "./words.js";

/**
 * Clears this machine of an attempt that has ended, on the page of its result.
 *
 * `data-attempt` names it, `data-api` the API. What never reached the server is brought
 * there first, as late evidence; until it is there it stays, and the page says so.
 */
export async function start(element) {
  const { attempt, api: base } = element.dataset;
  const journal = await openJournal(attempt);
  const unsent = await journal.unsent();
  if (unsent === 0) {
    await journal.wipe();
    return;
  }
  const tell = (words) => {
    element.hidden = false;
    element.textContent = words;
  };
  tell(say("late_sending", { n: unsent }));
  const token = document.querySelector("meta[name=csrf-token]").content;
  await bring(new Api(base, token), { attempt, journal }, unsent, tell);
}

async function bring(api, from, unsent, tell) {
  const here = () => tell(say("kept_here", { n: unsent }));
  try {
    const packet = await recover(api, from);
    const kept = await deliverLate(api, from, packet, {
      waiting: here,
      signedOut: () => again(here),
      freshToken: () => again(here),
    });
    tell(kept > 0 ? say("late_kept", { n: kept }) : say("closed_words"));
  } catch (error) {
    here();
  }
}

/** The session is over: with a new one this page comes again, and all is still here. */
function again(here) {
  here();
  return new Promise(() => {});
}

async function recover(api, { attempt, journal }) {
  const { document: given } = await api.get(`/attempts/${attempt}/seal`);
  const seal = await openSeal(given.key);
  journal.unlock(seal);
  const sealed = await journal.packet();
  if (sealed !== null) {
    return sealed;
  }
  const entries = (await journal.entries()).filter((entry) => !entry.sent);
  const claims = { attempt, lease: null, handedIn: false, uninterrupted: false };
  const at = new Date(Math.max(...entries.map((one) => Date.parse(one.at)))).toISOString();
  return makePacket(entries, { ...claims, at }, seal);
}
