import { say } from "./words.js";

/**
 * The answer card: every question as a number, grouped by section.
 *
 * Whether it is answered or marked stands in words (for a screen reader and as a hint), in
 * a sign, and in a colour, so that nobody depends on the colour.
 */
export class Card {
  /**
   * @param {Element} place where the numbers go
   * @param {Element} summary where the counts go
   * @param {{sections: Object[], questions: Object[]}} paper
   * @param {function(number)} go called with the number pressed
   */
  constructor(place, summary, paper, go) {
    this.place = place;
    this.summary = summary;
    this.buttons = new Map();
    for (const section of paper.sections) {
      this.place.append(...this.group(section, paper.questions, go));
    }
  }

  group(section, questions, go) {
    const title = document.createElement("h3");
    title.className = "card-title";
    title.textContent = section.title;
    const list = document.createElement("ol");
    list.className = "card-numbers";
    const inside = questions.filter(
      ({ number }) => number >= section.first && number <= section.last,
    );
    for (const { number } of inside) {
      const item = document.createElement("li");
      item.append(this.button(number, go));
      list.append(item);
    }
    return [title, list];
  }

  button(number, go) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "card-number";
    const figure = document.createElement("span");
    figure.textContent = String(number);
    const sign = document.createElement("span");
    sign.className = "card-sign";
    sign.setAttribute("aria-hidden", "true");
    button.append(figure, sign);
    button.addEventListener("click", () => go(number));
    this.buttons.set(number, button);
    return button;
  }

  /** Shows the state of question *number* as it stands on *sheet*. */
  draw(number, sheet, current) {
    const button = this.buttons.get(number);
    const [answered, marked] = [sheet.isAnswered(number), sheet.marked.has(number)];
    button.classList.toggle("is-answered", answered);
    button.classList.toggle("is-marked", marked);
    button.lastChild.textContent = (answered ? "✓" : "") + (marked ? "?" : "");
    const words = [say(answered ? "answered" : "unanswered")];
    if (marked) {
      words.push(say("marked"));
    }
    const name = say("card_number", { n: number, state: words.join(say("comma")) });
    button.setAttribute("aria-label", name);
    button.title = name;
    if (number === current) {
      button.setAttribute("aria-current", "true");
      button.scrollIntoView({ block: "nearest" });
    } else {
      button.removeAttribute("aria-current");
    }
  }

  /** Shows everything anew, the counts too. */
  drawAll(sheet, current) {
    for (const number of this.buttons.keys()) {
      this.draw(number, sheet, current);
    }
    this.count(sheet);
  }

  /** Shows how many are answered, unanswered and marked. */
  count(sheet) {
    const open = sheet.unanswered().length;
    this.summary.textContent = say("card_summary", {
      answered: sheet.questions.length - open,
      unanswered: open,
      marked: sheet.marked.size,
    });
  }
}
