/**
 * Opens and closes a `<dialog>`, and gives the focus back to where it was.
 *
 * Old browsers do not return the focus by themselves; in an exam it would then stand at
 * the top of the page.
 */
export class Dialog {
  /**
   * @param {HTMLDialogElement} element
   * @param {{mayCancel: boolean}} [how] whether Escape closes it
   */
  constructor(element, how = { mayCancel: true }) {
    this.element = element;
    this.before = null;
    this.mayCancel = how.mayCancel;
    this.whenClosed = () => {};
    element.addEventListener("cancel", (event) => {
      if (!this.mayCancel) {
        event.preventDefault();
      }
    });
    element.addEventListener("close", () => this.closed());
    element
      .querySelectorAll("[data-close]")
      .forEach((button) => button.addEventListener("click", () => this.close()));
  }

  get isOpen() {
    return this.element.open;
  }

  /** Shows the dialog with the focus on *first*, or on its own first control. */
  open(first) {
    if (!this.isOpen) {
      this.before = document.activeElement;
      this.element.showModal();
    }
    if (first) {
      first.focus();
    }
  }

  close() {
    if (this.isOpen) {
      this.element.close();
    }
  }

  closed() {
    const before = this.before;
    this.before = null;
    if (before && before !== document.body && document.contains(before)) {
      before.focus();
    }
    this.whenClosed();
  }
}
