/**
 * Talks to the delivery API: JSON in, JSON out, and failures in two kinds.
 *
 * `Unreachable` means that nobody answered and nothing is known; `Refused` means that the
 * server answered and said no. Whoever calls decides what either means for the examinee.
 */

/** Nobody answered: no network, a dropped connection, or no answer in time. */
export class Unreachable extends Error {}

/** The server answered with a status of 400 or more. */
export class Refused extends Error {
  /**
   * @param {number} status the HTTP status
   * @param {string} code the server's word, such as "lease_lost"; empty when it gave none
   * @param {string} message the server's sentence for people; empty when it gave none
   * @param {?number} retryAfter seconds to wait, from `Retry-After`
   */
  constructor(status, code, message, retryAfter) {
    super(message || `HTTP ${status}`);
    this.status = status;
    this.code = code;
    this.sentence = message;
    this.retryAfter = retryAfter;
  }
}

const PATIENCE_MS = 10000;
const LONGEST_WAIT = 60;

export class Api {
  /**
   * @param {string} base the address of the API, such as "/api/v1"
   * @param {string} csrf the token that unsafe requests carry
   */
  constructor(base, csrf) {
    this.base = base;
    this.csrf = csrf;
  }

  /** @returns {Promise<Answer>} the answer to a GET */
  get(path) {
    return this.ask("GET", path, {}, null);
  }

  /** @returns {Promise<Answer>} the answer to *document* sent as JSON */
  send(method, path, document) {
    const body = JSON.stringify(document);
    return this.ask(method, path, { "Content-Type": "application/json" }, body);
  }

  /**
   * Asks once. Never retries: a retry is the caller's decision.
   *
   * @returns {Promise<{document: ?Object, seconds: number}>} the JSON (null without a body)
   *   and how long the answer took
   * @throws {Unreachable|Refused}
   */
  async ask(method, path, headers, body) {
    const asked = performance.now();
    const patience = new AbortController();
    // Until the last byte: a half-open connection stops in the middle of an answer too.
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const asking = { method, body, signal: patience.signal, headers: { ...headers } };
      const response = await this.fetch(path, asking);
      const document = await json(response);
      if (!response.ok) {
        throw refusal(response, document);
      }
      return { document, seconds: (performance.now() - asked) / 1000 };
    } finally {
      clearTimeout(timer);
    }
  }

  async fetch(path, asking) {
    const { method } = asking;
    asking.cache = "no-store";
    asking.credentials = "same-origin";
    if (method !== "GET") {
      asking.headers["X-CSRF-Token"] = this.csrf;
    }
    try {
      return await fetch(this.base + path, asking);
    } catch (error) {
      throw new Unreachable(String(error));
    }
  }
}

async function json(response) {
  let text = "";
  try {
    text = await response.text();
  } catch (error) {
    // The connection broke inside the body: whether it was stored is not known.
    throw new Unreachable(String(error));
  }
  if (!text) {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    if (response.ok) {
      // Something between us and the server answered in its place (a sign-in portal).
      throw new Unreachable("not JSON");
    }
    return null;
  }
}

/** Statuses that say something also without a word of ours: a proxy may give them. */
const PLAIN = [413, 429];

function refusal(response, document) {
  const said = document || {};
  const isOurs = typeof said.code === "string" && said.code !== "";
  if (!isOurs && response.status < 500 && !PLAIN.includes(response.status)) {
    // A portal or a proxy answered in our place: nothing is known of the server.
    return new Unreachable(`HTTP ${response.status} without a code`);
  }
  const wait = Number.parseInt(response.headers.get("Retry-After"), 10);
  const seconds = Number.isNaN(wait) ? null : Math.min(LONGEST_WAIT, Math.max(0, wait));
  return new Refused(response.status, said.code || "", said.message || "", seconds);
}

/**
 * Makes sure that *document* is an answer of ours and not of something between.
 *
 * @param {?Object} document
 * @param {Object<string, function(*): boolean>} fields what each field must be
 * @returns {Object} *document*
 * @throws {Unreachable} so that what was sent is sent again
 */
export function ours(document, fields) {
  const whole = document !== null && typeof document === "object";
  if (!whole || !Object.keys(fields).every((name) => fields[name](document[name]))) {
    throw new Unreachable("not an answer of the server");
  }
  return document;
}

/** Checks for `ours`. */
export const is = {
  moment: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  number: (value) => Number.isInteger(value),
  object: (value) => value !== null && typeof value === "object",
  list: (value) => Array.isArray(value),
  text: (value) => typeof value === "string" && value !== "",
};

/**
 * Reads a fresh CSRF token from a page of the server.
 *
 * @param {string} address the page; it is fetched with the session's cookie
 * @param {boolean} mayRedirect whether the token counts when another page answered
 * @returns {Promise<?string>} the token, or null when the page had none
 */
export async function tokenFrom(address, mayRedirect) {
  let page;
  try {
    const response = await fetch(address, { cache: "no-store" });
    if (!response.ok || (response.redirected && !mayRedirect)) {
      return null;
    }
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch (error) {
    throw new Unreachable(String(error));
  }
  const meta = page.querySelector("meta[name=csrf-token]");
  const field = page.querySelector("input[name=csrf_token]");
  return (meta && meta.content) || (field && field.value) || null;
}
