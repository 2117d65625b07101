/**
 * Keys of the paper: letters and digits choose, arrows turn, M marks, ? lists the keys.
 *
 * They are silent while somebody types and while a dialog is open. Single characters can
 * be switched off, for people whose speech software or unsteady hands press them unawares;
 * the arrows stay.
 */
export class Keys {
  /**
   * @param {{chooseLabel: function(string), chooseAt: function(number),
   *   turn: function(number), mark: function(), list: function()}} does
   */
  constructor(does) {
    this.does = does;
    this.single = true;
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      return;
    }
    if (isTyping(event.target) || document.querySelector("dialog[open]")) {
      return;
    }
    const act = this.arrow(event.key) || (this.single ? this.character(event.key) : null);
    if (act) {
      // Otherwise ← and → would also change the choice of a focused radio button.
      event.preventDefault();
      act();
    }
  }

  arrow(key) {
    const turns = { ArrowLeft: -1, ArrowRight: 1 };
    return key in turns ? () => this.does.turn(turns[key]) : null;
  }

  character(key) {
    if (key === "?" || key === "？") {
      return () => this.does.list();
    }
    if (key === "m" || key === "M") {
      return () => this.does.mark();
    }
    if (/^[a-fA-F]$/.test(key)) {
      return () => this.does.chooseLabel(key.toUpperCase());
    }
    return /^[1-9]$/.test(key) ? () => this.does.chooseAt(Number(key) - 1) : null;
  }
}

function isTyping(target) {
  if (!(target instanceof Element)) {
    return false;
  }
  const writes = "textarea, select, [contenteditable], input";
  const presses = "[type=radio], [type=checkbox], [type=button], [type=submit]";
  return target.matches(writes) && !target.matches(presses);
}
