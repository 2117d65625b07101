import { toText } from "../lib/seal.js";
import { wire } from "./delivery.js";

/**
 * What missed the server, as one sealed text: for the server when it is back, or for a file
 * that staff carry there. docs/answer-file.md describes both.
 */
const FORMAT = "examcenter-answers";
const VERSION = 1;

/**
 * @param {Object[]} entries of the sheet, those that the server has not confirmed
 * @param {{attempt: string, lease: number, at: string, handedIn: boolean,
 *   uninterrupted: boolean}} claims what this page says of itself
 * @param {?Seal} seal null where this browser has none: the packet then goes unsigned
 * @returns {Promise<{packet: string, seal: ?string}>} as the server takes it
 */
export async function makePacket(entries, claims, seal) {
  const packet = JSON.stringify({
    attempt: claims.attempt,
    lease: claims.lease,
    made_at: claims.at,
    handed_in: claims.handedIn,
    uninterrupted: claims.uninterrupted,
    answers: entries.map(wire),
  });
  return { packet, seal: seal === null ? null : await seal.sign(packet) };
}

/** @returns {Promise<string>} the answer file that holds *packet*, locked */
export async function answerFile(attempt, packet, seal) {
  const { nonce, locked } = await seal.lock(packet, `${FORMAT}/${VERSION}/${attempt}`);
  const file = { format: FORMAT, version: VERSION, attempt };
  return JSON.stringify({ ...file, nonce: toText(nonce), locked: toText(locked) });
}

/** Lets the browser save *text* as a file. */
export function download(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
