/**
 * The sentences that the page's scripts say, in the language of the page.
 *
 * The template writes them as one JSON block, so that translation happens in one place and
 * no script holds a sentence of its own.
 */
let sentences = null;

/**
 * Gives the sentence *key* with `{name}` replaced by *values*.
 *
 * A key that the page does not know comes back as itself: an ugly word on the screen is
 * better than an exam page that stops.
 *
 * @param {string} key
 * @param {Object<string, string|number>} [values]
 * @returns {string}
 */
export function say(key, values = {}) {
  if (sentences === null) {
    const block = document.getElementById("words");
    sentences = block ? JSON.parse(block.textContent) : {};
  }
  const sentence = key in sentences ? sentences[key] : key;
  return sentence.replace(/\{(\w+)\}/g, (hole, name) =>
    name in values ? String(values[name]) : hole,
  );
}
