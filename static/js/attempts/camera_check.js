import { openCamera, whyNoCamera } from "./camera.js";
import { say } from "./words.js";

/**
 * Shows examinees their own picture before the start, once they have agreed to it.
 *
 * `<section data-behaviour="attempts/camera_check" data-camera="required|optional">` holds
 * the parts `video`, `words` and `again`; the form beside it the parts `consent` (the
 * checkbox) and `start`. Who agrees waits for the camera where it is required. Who does
 * not is watched by a person instead and starts at once; nothing here decides that, the
 * server does.
 */
export function start(section) {
  return new CameraCheck(section).consented();
}

class CameraCheck {
  constructor(section) {
    const inside = (name) => section.querySelector(`[data-part=${name}]`);
    const beside = (name) => document.querySelector(`[data-part=${name}]`);
    this.section = section;
    this.required = section.dataset.camera === "required";
    [this.video, this.words, this.again] = ["video", "words", "again"].map(inside);
    [this.consent, this.start] = ["consent", "start"].map(beside);
    this.stream = null;
    this.again.addEventListener("click", () => this.check());
    this.consent.addEventListener("change", () => this.consented());
  }

  async consented() {
    const agreed = this.consent.checked;
    this.start.textContent = say(agreed ? "start_watched" : "start_unwatched");
    if (agreed) {
      await this.check();
    } else {
      this.close();
      this.start.disabled = false;
      this.tell("busy", say("camera_consent_first"));
    }
  }

  async check() {
    this.start.disabled = this.required;
    this.tell("busy", say("camera_opening"));
    try {
      await this.show(await openCamera());
      this.tell("good", say("camera_works"));
      this.start.disabled = false;
    } catch (error) {
      const advice = say(this.required ? "camera_needed" : "camera_not_needed");
      const words = say(whyNoCamera(error)) + advice;
      this.tell(this.required ? "bad" : "warn", words);
    }
  }

  async show(stream) {
    if (!this.consent.checked) {
      stream.getTracks().forEach((track) => track.stop());
      return; // taken back while the browser was asking
    }
    this.close();
    this.stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => this.consented());
    this.video.srcObject = stream;
    await this.video.play();
  }

  close() {
    if (this.stream) {
      this.stream.getTracks().forEach((track) => track.stop());
      this.video.srcObject = null;
      this.stream = null;
    }
  }

  tell(tone, words) {
    this.section.dataset.tone = tone;
    this.words.textContent = words;
    this.video.hidden = tone !== "good";
    this.again.hidden = tone === "good" || tone === "busy";
  }
}
