/**
 * Keeps a board up to date: every ten seconds, or as often as it says, for half an hour,
 * the part of the page it stands on is fetched again.  It waits while the reader is
 * inside it, or elsewhere.
 */
import { say } from "../lib/status.js";

const SECONDS = 10;
const MINUTES = 30;

function resting(board) {
  return document.hidden || board.contains(document.activeElement);
}

async function renew(board) {
  const answer = await fetch(window.location.href, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) {
    throw new Error(`the board was answered with ${answer.status}`);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(board.id);
  if (fresh && !resting(board)) {
    // Not replaceChildren: the room machines' browsers do not know it.
    board.textContent = "";
    board.append(...fresh.childNodes);
  }
}

export function start(board) {
  const seconds = Number(board.dataset.seconds) || SECONDS;
  let left = (MINUTES * 60) / seconds;
  const timer = window.setInterval(async () => {
    if (resting(board)) {
      return;
    }
    left -= 1;
    if (left < 0) {
      window.clearInterval(timer);
      say(board.dataset.paused);
      return;
    }
    try {
      await renew(board);
      say("");
    } catch (error) {
      console.error(error);
      say(board.dataset.failed);
    }
  }, seconds * 1000);
}
