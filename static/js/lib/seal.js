/**
 * What an attempt's own key can do here: lock what stays on this machine, and sign.
 *
 * The server hands the key out to the person whose attempt it is. It is kept as a key that
 * cannot be read back, and never stored. WebCrypto exists only under HTTPS or on this very
 * machine; elsewhere there is no seal, nothing is stored, and the page says so.
 */
const NONCE_BYTES = 12;

/**
 * @param {?string} key 32 bytes, base64url
 * @returns {Promise<?Seal>} null where this browser or this address cannot
 */
export async function openSeal(key) {
  if (!key || !window.isSecureContext || !crypto.subtle) {
    return null;
  }
  try {
    const raw = fromText(key);
    const lock = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    const hmac = { name: "HMAC", hash: "SHA-256" };
    const sign = await crypto.subtle.importKey("raw", raw, hmac, false, ["sign"]);
    return new Seal(lock, sign);
  } catch (error) {
    return null;
  }
}

export class Seal {
  constructor(lock, sign) {
    this.keys = { lock, sign };
  }

  /** Locks *text*; *place* must be named again to open it, so that rows cannot be swapped. */
  async lock(text, place) {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const how = { name: "AES-GCM", iv: nonce, additionalData: bytes(place) };
    const locked = await crypto.subtle.encrypt(how, this.keys.lock, bytes(text));
    return { nonce, locked: new Uint8Array(locked) };
  }

  /** @returns {Promise<string>} what `lock` was given; rejects for anything else */
  async open({ nonce, locked }, place) {
    const how = { name: "AES-GCM", iv: nonce, additionalData: bytes(place) };
    const plain = await crypto.subtle.decrypt(how, this.keys.lock, locked);
    return new TextDecoder().decode(plain);
  }

  /** @returns {Promise<string>} the HMAC-SHA-256 of *text*, base64url */
  async sign(text) {
    const made = await crypto.subtle.sign("HMAC", this.keys.sign, bytes(text));
    return toText(new Uint8Array(made));
  }
}

/** @returns {string} *data* as base64url without padding */
export function toText(data) {
  let letters = "";
  data.forEach((byte) => {
    letters += String.fromCharCode(byte);
  });
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function fromText(text) {
  const letters = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

function bytes(text) {
  return new TextEncoder().encode(text);
}
