import { say } from "./words.js";

const ONE_CHOICE = ["single", "true_false"];
const TEXTS = ["blank", "short_answer"];
const TYPING_MS = 400;
const GAP = /_{2,}|（\s*）|\(\s*\)/g;

/**
 * Shows one question and hears what is chosen or written.
 *
 * Radio buttons and checkboxes are real ones inside a `fieldset`, so that the browser and
 * the screen reader do the talking. `stem`, `material` and the options' `text` are HTML
 * that the server has sanitised; nothing else ever becomes HTML.
 */
export class QuestionView {
  /**
   * @param {Element} place
   * @param {function(number, string[])} changed the question's number and its new value
   */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    this.question = null;
    this.typing = null;
    place.addEventListener("change", () => this.hear());
    place.addEventListener("input", (event) => this.heard(event));
  }

  /** Shows *question* with *value* chosen; *readOnly* locks it. */
  show(question, value, readOnly) {
    this.flush();
    this.question = question;
    const fieldset = create("fieldset", "question");
    fieldset.disabled = readOnly;
    fieldset.tabIndex = -1;
    fieldset.append(legend(question), ...this.fields(question, value));
    this.place.textContent = "";
    if (question.material) {
      this.place.append(material(question.material));
    }
    this.place.append(fieldset);
    this.paint();
  }

  /** Old browsers cannot style a row by what is checked inside it. */
  paint() {
    this.place.querySelectorAll(".option").forEach((row) => {
      row.classList.toggle("is-chosen", row.querySelector("input").checked);
    });
  }

  fields(question, value) {
    if (question.kind === "short_answer") {
      return [textRow(question, value[0] || "", "textarea", say("your_answer"))];
    }
    if (question.kind === "blank") {
      const gaps = Math.max(1, (question.stem.match(GAP) || []).length, value.length);
      return Array.from({ length: gaps }, (hole, index) => {
        const name = gaps === 1 ? say("your_answer") : say("blank_n", { n: index + 1 });
        return textRow(question, value[index] || "", "input", name);
      });
    }
    return question.options.map((option) => optionRow(question, option, value));
  }

  /** Moves the focus to the question, for keyboard and screen reader. */
  focus() {
    const fieldset = this.place.querySelector("fieldset");
    if (fieldset) {
      fieldset.focus({ preventScroll: true });
      this.place.scrollTop = 0;
    }
  }

  /** Presses the option with *label*, if there is one. */
  chooseLabel(label) {
    this.press(this.inputs().find((input) => input.value === label));
  }

  /** Presses the option at *index*, counted from 0, if there is one. */
  chooseAt(index) {
    this.press(this.inputs()[index]);
  }

  press(input) {
    const isChosen = this.question && !TEXTS.includes(this.question.kind);
    if (input && isChosen && !input.disabled && !input.matches(":disabled")) {
      input.focus({ preventScroll: true });
      input.click();
    }
  }

  inputs() {
    return Array.from(this.place.querySelectorAll("input, textarea"));
  }

  heard(event) {
    if (event.target.type === "radio" || event.target.type === "checkbox") {
      return; // `change` follows
    }
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.hear(), TYPING_MS);
  }

  /** Takes in what is being typed, without waiting for a pause. */
  flush() {
    if (this.typing !== null) {
      this.hear();
    }
  }

  hear() {
    clearTimeout(this.typing);
    this.typing = null;
    this.paint();
    this.changed(this.question.number, this.read());
  }

  read() {
    const inputs = this.inputs();
    if (TEXTS.includes(this.question.kind)) {
      const texts = inputs.map((input) => input.value);
      return texts.some((text) => text.trim() !== "") ? texts : [];
    }
    return inputs.filter((input) => input.checked).map((input) => input.value);
  }
}

function legend(question) {
  const element = create("legend", "question-stem");
  const number = create("span", "question-number");
  number.textContent = `${question.number}.`;
  const stem = create("span", "question-text");
  stem.innerHTML = question.stem;
  const facts = create("span", "question-facts");
  const kind = say(`kind_${question.kind}`);
  facts.textContent = say("kind_and_marks", { kind, marks: question.marks });
  element.append(number, stem, facts);
  return element;
}

function material(html) {
  const element = create("div", "question-material");
  element.innerHTML = html;
  element.tabIndex = 0; // long material scrolls, and a keyboard must reach it
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", say("material"));
  return element;
}

function optionRow(question, option, value) {
  const row = create("label", "option");
  const input = document.createElement("input");
  input.type = ONE_CHOICE.includes(question.kind) ? "radio" : "checkbox";
  input.className = "option-input";
  input.name = `question-${question.number}`;
  input.value = option.label;
  input.checked = value.includes(option.label);
  input.autocomplete = "off"; // a reload must show our answer, not the browser's memory
  const label = create("span", "option-label");
  label.textContent = option.label;
  const text = create("span", "option-text");
  text.innerHTML = option.text;
  row.append(input, label, text);
  return row;
}

function textRow(question, text, tag, words) {
  const row = create("label", "written");
  const name = create("span", "written-name");
  name.textContent = words;
  const field = create(tag, "form-control written-field");
  field.value = text;
  field.maxLength = tag === "input" ? 200 : 5000;
  field.autocomplete = "off";
  field.spellcheck = false;
  row.append(name, field);
  return row;
}

function create(tag, className) {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}
