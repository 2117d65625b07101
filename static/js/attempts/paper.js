import { Api, Refused, ours, tokenFrom } from "../lib/api.js";
import { openJournal } from "../lib/journal.js";
import { openSeal } from "../lib/seal.js";
import { ExamClock } from "./clock.js";
import { Delivery, PAPER } from "./delivery.js";
import { Sheet } from "./sheet.js";
import { SignIn } from "./signin.js";
import { Sitting } from "./sitting.js";
import { Notices } from "./status.js";
import { say } from "./words.js";

const SLOW_MS = 1000;
const AGAIN_MS = 3000;

/**
 * Opens the paper of one attempt.
 *
 * The element carries `data-attempt`, `data-api`, `data-result-url`, `data-sign-in-url`,
 * `data-zone` and `data-heartbeat-seconds`; its parts are named by `data-part`.
 */
export async function start(element) {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const api = new Api(element.dataset.api, token);
  const notices = new Notices(element.querySelector("[data-part=notices]"));
  const door = new Door(element, api, notices);
  const slow = setTimeout(() => door.say("opening"), SLOW_MS);
  const journal = await openJournal(element.dataset.attempt);
  const { document: attempt, seconds } = await door.attempt();
  clearTimeout(slow);
  notices.clear("door");
  if (attempt === null) {
    window.location.replace(element.dataset.resultUrl);
    return;
  }
  journal.unlock(await openSeal(attempt.seal ? attempt.seal.key : null));
  const clock = new ExamClock(attempt.server_time, attempt.deadline, seconds);
  const sheet = new Sheet(attempt.questions, () => clock.stamp());
  sheet.merge(attempt.answers, await journal.entries());
  journal.eraseForgotten(clock.now());
  const delivery = new Delivery(api, attempt.id, { sheet, journal, clock });
  delivery.lease = attempt.lease;
  // A page that finds unsent answers of an earlier one was left in between.
  const uninterrupted = sheet.unsent().length === 0;
  const desk = { delivery, notices, door, uninterrupted };
  const sitting = new Sitting(element, attempt, desk);
  await sitting.begin();
}

/** The way in: fetches the attempt, however long the server takes, and signs in again. */
class Door {
  constructor(element, api, notices) {
    this.api = api;
    this.notices = notices;
    this.path = `/attempts/${element.dataset.attempt}`;
    this.afterwards = () => this.mine();
    const dialog = element.querySelector("[data-part=sign-in]");
    const how = { page: element.dataset.signInUrl, afterwards: () => this.afterwards() };
    this.signIn = new SignIn(dialog, api, how);
  }

  say(key) {
    this.notices.show("door", { tone: "plain", words: say(key) });
  }

  /** @returns {Promise<{document: ?Object, seconds: number}>} null: it has ended */
  async attempt() {
    for (;;) {
      try {
        const { document, seconds } = await this.api.get(this.path);
        return { document: ours(document, PAPER), seconds };
      } catch (error) {
        if (error.code === "attempt_closed") {
          return { document: null, seconds: 0 };
        }
        await this.wait(error);
      }
    }
  }

  async wait(error) {
    if (error instanceof Refused && error.status === 401) {
      await this.signedOut();
      return;
    }
    this.say(error.status === 404 ? "not_yours" : "opening_failed");
    await new Promise((resolve) => {
      setTimeout(resolve, (error.retryAfter || 0) * 1000 + AGAIN_MS);
    });
  }

  /** Asks to sign in; who puts it off finds a notice with the way back. */
  async signedOut() {
    const button = say("sign_in_again");
    const press = () => this.signIn.open();
    const words = say("signed_out");
    this.notices.show("signed-out", { tone: "warn", words, button, press });
    await this.signIn.ask();
    this.notices.clear("signed-out");
  }

  /** @returns {Promise<string>} "" when the attempt belongs to whoever signed in */
  async mine() {
    try {
      await this.api.get(this.path);
      return "";
    } catch (error) {
      if (error.code === "attempt_closed") {
        return ""; // theirs, and over: the page hears so at its next request
      }
      if (error instanceof Refused && error.status === 404) {
        await this.leave();
        return say("not_yours");
      }
      throw error;
    }
  }

  /** Somebody else signed in: their session does not stay on this machine. */
  async leave() {
    try {
      await this.api.ask("DELETE", "/session", {}, null);
    } catch (error) {
      // It ends by itself; the attempt is not theirs in any case.
    }
  }

  /** @returns {Promise<boolean>} whether the session still lives and gave a new token */
  async freshToken() {
    const token = await tokenFrom(window.location.href, false);
    this.api.csrf = token || this.api.csrf;
    return token !== null;
  }
}
