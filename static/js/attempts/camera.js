/**
 * The camera of this machine: opened, watched, looked through, opened again.
 *
 * Whatever happens to it is told and never thrown: the exam goes on without it.
 */
const WANTED = { video: { width: { ideal: 640 }, height: { ideal: 480 } }, audio: false };
const QUALITY = 0.7;
const AGAIN_MS = 2500;
const WATCH_MS = 2000;

/**
 * Opens the camera.
 *
 * @returns {Promise<MediaStream>}
 * @throws {Error} whose `name` says why: "Insecure" without HTTPS, "NotAllowedError" when
 *   refused, "NotFoundError" without a camera, "NotReadableError" when another program has it
 */
export function openCamera() {
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
    const error = new Error("the page has no camera over plain HTTP");
    error.name = "Insecure";
    return Promise.reject(error);
  }
  return navigator.mediaDevices.getUserMedia(WANTED);
}

/** @returns {string} the key of the sentence that explains *error* */
export function whyNoCamera(error) {
  const known = {
    Insecure: "camera_insecure",
    NotAllowedError: "camera_refused",
    SecurityError: "camera_refused",
    NotFoundError: "camera_none",
    OverconstrainedError: "camera_none",
    NotReadableError: "camera_busy",
    AbortError: "camera_busy",
  };
  return known[error.name] || "camera_unknown";
}

export class Camera {
  /**
   * @param {HTMLVideoElement} video shows the examinee to themselves
   * @param {{works: function(), lost: function(string), back: function()}} tell *works*
   *   at first, *back* after each *lost*, which gets the key of the reason
   */
  constructor(video, tell) {
    this.video = video;
    this.tell = tell;
    this.track = null;
    this.works = null;
    this.wanted = false;
    this.again = null;
    this.watching = null;
  }

  /** Opens the camera, and keeps trying until `stop`. */
  async start() {
    this.wanted = true;
    clearInterval(this.watching);
    try {
      const stream = await openCamera();
      if (!this.wanted) {
        stream.getTracks().forEach((track) => track.stop());
        return;
      }
      this.watch(stream.getVideoTracks()[0]);
      this.video.srcObject = stream;
      await this.video.play();
      this.say(true);
    } catch (error) {
      this.fail(whyNoCamera(error));
    }
  }

  watch(track) {
    this.track = track;
    // Not every way of losing a track sends the event.
    this.watching = setInterval(() => this.look(track), WATCH_MS);
    track.addEventListener("ended", () => this.look(track));
    track.addEventListener("mute", () => this.say(false, "camera_lost"));
    track.addEventListener("unmute", () => this.say(true));
  }

  look(track) {
    if (track === this.track && track.readyState === "ended") {
      clearInterval(this.watching);
      this.fail("camera_lost");
    }
  }

  fail(reason) {
    if (!this.wanted) {
      return;
    }
    this.say(false, reason);
    clearTimeout(this.again);
    this.again = setTimeout(() => this.start(), AGAIN_MS);
  }

  say(works, reason) {
    if (works === this.works) {
      return;
    }
    const first = this.works === null;
    this.works = works;
    if (!works) {
      this.tell.lost(reason);
    } else if (first) {
      this.tell.works();
    } else {
      this.tell.back();
    }
  }

  /** @returns {boolean} whether a picture taken now would show what is there now */
  get isLive() {
    const live = this.track && this.track.readyState === "live" && !this.track.muted;
    return Boolean(live) && this.video.readyState >= 2;
  }

  /** @returns {Promise<?Blob>} a JPEG of this moment; null from a dead camera */
  picture() {
    if (!this.isLive) {
      return Promise.resolve(null);
    }
    const canvas = document.createElement("canvas");
    canvas.width = this.video.videoWidth;
    canvas.height = this.video.videoHeight;
    canvas.getContext("2d").drawImage(this.video, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  }

  /** Switches the camera off; nothing is told any more. */
  stop() {
    this.wanted = false;
    clearTimeout(this.again);
    clearInterval(this.watching);
    if (this.track) {
      this.track.stop();
    }
    this.video.srcObject = null;
    this.track = null;
    this.works = null;
  }
}
