"""What an examinee agrees to before the camera is used, with its version.

The version follows from the text, so that no changed text keeps an old version.
"""

import hashlib

from examcenter.attempts.rules import Consent
from examcenter.exams.rules import Camera, Plan

# One paragraph each: when, what for, how, how long, and what follows from a "no".
_PARAGRAPHS = (
    (
        "本场考试使用摄像头监考。作答期间，系统在随机时刻"
        "（每隔 {shortest} 至 {longest} 秒）拍摄您所在座位的照片。"
    ),
    "用途：只用于核对是否本人在座、考场秩序是否正常，以及处理申诉；不用于其他目的。",
    (
        "处理方式：由本中心的服务器自动判断画面中有没有人脸，不提取人脸特征，"
        "不做人脸比对；任何处理决定都由人作出。"
    ),
    (
        "保存：照片保存在本中心的服务器内，不传到外部；"
        "成绩确定后保存 {retain_days} 天，之后删除。"
    ),
    (
        "您可以不同意。不同意时不拍照，由监考员核对证件、现场监考；"
        "试卷和时间完全相同，不影响成绩。"
    ),
    "交卷后您可以看到系统为您记录了多少张照片，并可向考务人员提出申诉或撤回同意。",
)


def consent_for(plan: Plan) -> Consent | None:
    """Return what *plan* asks the examinee to agree to; None without a camera."""
    if plan.camera is Camera.OFF:
        return None
    shortest, longest = plan.snapshot_seconds
    text = "\n".join(_PARAGRAPHS).format(
        shortest=shortest, longest=longest, retain_days=plan.retain_days
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Consent(version=f"camera-{digest[:8]}", text=text)
