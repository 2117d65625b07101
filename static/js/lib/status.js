/** The one line in which scripts speak; screen readers read it out without being asked. */

/** Shows *text* in the status line of the page; an empty text clears it. */
export function say(text) {
  const line = document.getElementById("status");
  if (line) {
    line.textContent = text;
  }
}
