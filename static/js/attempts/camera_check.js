import { openCamera, whyNoCamera } from "./camera.js";
import { say } from "./words.js";

/**
 * Shows the examinee their own picture before the start and says in words what works.
 *
 * `<section data-behaviour="attempts/camera_check" data-camera="required|optional">` holds
 * the parts `video`, `words` and `again`; the start button is the `[data-part=start]` of
 * the page. Where the camera is required the button waits for it; the server does not
 * rely on that.
 */
export function start(section) {
  const part = (name) => section.querySelector(`[data-part=${name}]`);
  const startButton = document.querySelector("[data-part=start]");
  const required = section.dataset.camera === "required";
  const check = async () => {
    tell(section, part, "busy", say("camera_opening"));
    startButton.disabled = required;
    try {
      await show(part("video"), await openCamera(), check);
      tell(section, part, "good", say("camera_works"));
      startButton.disabled = false;
    } catch (error) {
      const key = whyNoCamera(error);
      const advice = say(required ? "camera_needed" : "camera_not_needed");
      tell(section, part, required ? "bad" : "warn", `${say(key)}${advice}`);
    }
  };
  part("again").addEventListener("click", check);
  return check();
}

async function show(video, stream, again) {
  stream.getVideoTracks()[0].addEventListener("ended", again);
  video.srcObject = stream;
  await video.play();
}

function tell(section, part, tone, words) {
  section.dataset.tone = tone;
  part("words").textContent = words;
  part("video").hidden = tone !== "good";
  part("again").hidden = tone === "good" || tone === "busy";
}
