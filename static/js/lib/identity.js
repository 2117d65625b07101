/**
 * Makes a random UUID (version 4).
 *
 * `crypto.randomUUID` is younger than the oldest browser in the rooms, and it is missing
 * over plain HTTP everywhere; `getRandomValues` is neither.
 *
 * @returns {string} such as "3f2b6c1e-…", 36 characters
 */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20].reduceRight(
    (text, at) => `${text.slice(0, at)}-${text.slice(at)}`,
    hex,
  );
}
