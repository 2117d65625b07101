import { Refused, Unreachable, is, ours } from "../lib/api.js";

/**
 * Brings what missed the end to the server, however long that takes.
 *
 * The server keeps it as late evidence; a person decides about it. It leaves this machine
 * only when the server has said that it has it.
 */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20000;

/**
 * @param {Api} api
 * @param {{attempt: string, journal: Journal}} from
 * @param {{packet: string, seal: ?string}} sent
 * @param {{waiting: function(), signedOut: function(): Promise,
 *   freshToken: function(): Promise<boolean>}} tell
 * @returns {Promise<number>} how many answers were kept; 0: the server had them all
 * @throws {Refused} the server will not take it, now or later
 */
export async function deliverLate(api, from, sent, tell) {
  for (let failures = 0; ; failures += 1) {
    try {
      const { document } = await api.send("POST", `/attempts/${from.attempt}/late`, sent);
      ours(document, { answers: is.number });
      await from.journal.wipe();
      return document.answers;
    } catch (error) {
      await suffer(error, failures, tell);
    }
  }
}

async function suffer(error, failures, tell) {
  if (error instanceof Refused && [401, 404].includes(error.status)) {
    await tell.signedOut();
  } else if (error.code === "csrf" && failures < 3) {
    if (!(await tell.freshToken())) {
      await tell.signedOut();
    }
  } else if (error.code === "attempt_running") {
    window.location.reload(); // staff have reopened it: what is kept here is sent as usual
    await new Promise(() => {});
  } else if (mayPass(error)) {
    tell.waiting();
    const grown = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
    await pause(grown * (0.5 + Math.random() / 2) + (error.retryAfter || 0) * 1000);
  } else {
    throw error;
  }
}

function mayPass(error) {
  return error instanceof Unreachable || error.status >= 500 || error.status === 429;
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
