/**
 * Starts what the markup asks for: `<form data-behaviour="exams/preview">` imports
 * `./exams/preview.js` and calls its `start(element)`.  Several names are parted by spaces.
 */
import { say } from "./lib/status.js";

const NAME = /^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/;

async function begin(element, name) {
  if (!NAME.test(name)) {
    throw new Error(`not the name of a behaviour: ${name}`);
  }
  const behaviour = await import(`./${name}.js`);
  await behaviour.start(element);
}

/** Starts every behaviour inside *root* that has not been started yet. */
export function startAll(root = document) {
  for (const element of root.querySelectorAll("[data-behaviour]:not([data-started])")) {
    element.setAttribute("data-started", "");
    for (const name of element.dataset.behaviour.split(/\s+/).filter(Boolean)) {
      begin(element, name).catch((error) => {
        console.error(error);
        // The page works without script where it can; the reader must know it is less.
        say(document.getElementById("status").dataset.notLoaded);
      });
    }
  }
}

startAll();
