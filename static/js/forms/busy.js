/**
 * Sends a form once, and says what is being done when it takes more than a second.
 *
 * `<form data-behaviour="forms/busy" data-busy="正在导入…">…<p class="form-busy" role="status">`
 * The sentence stands in the form, below the button that was pressed.
 */
const PATIENCE_MS = 1000;

export function start(form) {
  const line = form.querySelector(".form-busy");
  let sending = false;
  let timer = 0;

  form.addEventListener("submit", (event) => {
    if (sending) {
      event.preventDefault();
      return;
    }
    sending = true;
    markButtons(form, true);
    timer = window.setTimeout(() => {
      line.textContent = form.dataset.busy;
    }, PATIENCE_MS);
  });

  // Going back may show this very page again, as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      sending = false;
      window.clearTimeout(timer);
      markButtons(form, false);
      line.textContent = "";
    }
  });
}

/** A button that is truly disabled would not send its own name and value. */
function markButtons(form, busy) {
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.setAttribute("aria-disabled", String(busy));
  }
}
