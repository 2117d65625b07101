import { Refused, Unreachable, tokenFrom } from "../lib/api.js";
import { Dialog } from "./dialog.js";
import { say } from "./words.js";

/**
 * Signs in again without leaving the paper, after the session has ended in mid-exam.
 *
 * Whoever puts it off goes on answering; the answers wait on this machine.
 */
export class SignIn {
  /**
   * @param {HTMLDialogElement} element with a form of the fields `login` and `password`
   * @param {Api} api its CSRF token is replaced by the new session's
   * @param {{page: string, afterwards: function(): Promise<string>}} how *page* is the
   *   sign-in page; *afterwards* gives "" when all is well, or a sentence to show
   */
  constructor(element, api, how) {
    this.form = element.querySelector("form");
    this.error = element.querySelector("[data-part=sign-in-error]");
    this.dialog = new Dialog(element);
    this.api = api;
    this.how = how;
    this.done = null;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  /** @returns {Promise<void>} resolves when somebody has signed in and may go on */
  ask() {
    this.open();
    return new Promise((resolve) => {
      this.done = resolve;
    });
  }

  open() {
    this.say("");
    this.dialog.open(this.form.elements.login);
  }

  async submit() {
    const button = this.form.querySelector("[type=submit]");
    button.disabled = true;
    this.say(say("signing_in"));
    try {
      await this.enter();
      const trouble = await this.how.afterwards();
      if (trouble) {
        this.say(trouble);
      } else {
        this.finish();
      }
    } catch (error) {
      this.say(sentence(error));
    } finally {
      this.form.elements.password.value = ""; // it is never kept, not even in the form
      button.disabled = false;
    }
  }

  async enter() {
    const { login, password } = this.form.elements;
    const words = { login: login.value.trim(), password: password.value };
    let answer;
    try {
      answer = await this.api.send("POST", "/session", words);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "csrf") {
        throw error;
      }
      // The old session took its token along; the sign-in page has a new one.
      this.api.csrf = (await tokenFrom(this.how.page, true)) || this.api.csrf;
      answer = await this.api.send("POST", "/session", words);
    }
    this.api.csrf = answer.document.csrf_token;
  }

  finish() {
    this.form.reset();
    this.dialog.close();
    if (this.done) {
      this.done();
      this.done = null;
    }
  }

  say(words) {
    this.error.textContent = words;
  }
}

function sentence(error) {
  if (error instanceof Unreachable) {
    return say("sign_in_unreachable");
  }
  return error.sentence || say("sign_in_failed");
}
