import { Camera } from "./camera.js";
import { Signals } from "./signals.js";
import { Snapshots } from "./snapshots.js";
import { say } from "./words.js";

/**
 * What is recorded beside the answers: pictures and signals, while this page writes.
 *
 * Nothing here is awaited by anything else, and no failure here stops an answer.
 */
export class Proctor {
  /**
   * @param {Element} element the page's element
   * @param {Object} attempt the attempt document
   * @param {{api: Api, clock: ExamClock, notices: Notices}} desk
   */
  constructor(element, attempt, desk) {
    const { camera, next_snapshot_in_seconds: seconds } = attempt.proctoring;
    this.notices = desk.notices;
    this.required = camera === "required";
    this.figure = element.querySelector("[data-part=self-view]");
    this.words = element.querySelector("[data-part=camera-words]");
    this.signals = new Signals(desk.api, attempt.id, desk.clock);
    this.camera = null;
    if (camera !== "off") {
      const video = element.querySelector("[data-part=video]");
      this.camera = new Camera(video, this.listener());
      const how = { camera: this.camera, clock: desk.clock, seconds: seconds || [20, 40] };
      this.snapshots = new Snapshots(desk.api, attempt.id, how);
    }
  }

  listener() {
    return {
      works: () => this.tell(true),
      lost: (reason) => this.lost(reason),
      back: () => this.back(),
    };
  }

  run() {
    this.signals.run();
    if (this.camera) {
      this.figure.hidden = false;
      this.camera.start();
      this.snapshots.run();
    }
  }

  stop() {
    this.signals.stop();
    if (this.camera) {
      this.camera.stop();
      this.snapshots.stop();
      this.figure.hidden = true;
      this.notices.clear("camera");
    }
  }

  lost(reason) {
    this.tell(false);
    if (this.required) {
      this.signals.note("camera_lost");
      const advice = reason === "camera_lost" ? "" : say("camera_lost_advice");
      this.notices.show("camera", { tone: "warn", words: say(reason) + advice });
    }
  }

  back() {
    this.tell(true);
    this.notices.clear("camera");
    if (this.required) {
      this.signals.note("camera_back");
    }
  }

  tell(works) {
    this.figure.classList.toggle("is-off", !works);
    this.words.textContent = say(works ? "camera_on" : "camera_off");
  }
}
