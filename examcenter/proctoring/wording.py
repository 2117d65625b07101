"""Sentences and names of this feature."""

from flask_babel import lazy_gettext as _

from examcenter.proctoring.admission import SignalKind
from examcenter.proctoring.rules import Verdict

SENTENCES = {
    "no_consent": _("本次作答没有同意使用摄像头，照片未保存；答题不受影响。"),
    "snapshot_conflict": _("同一编号的照片内容不同，后一张没有保存。"),
    "unknown_signal": _("有不认识的页面事件，本次没有保存。"),
    "too_many_signals": _("一次最多提交 {most} 条页面事件，本次没有保存。"),
    "disk_nearly_full": _("磁盘空间不足，暂停接收照片；答案照常保存。"),
    "evidence_missing": _("没有找到这张照片的文件。"),
    "evidence_unavailable": _("照片暂时无法读写，请稍候再试；答案照常保存。"),
    "evidence_damaged": _(
        "照片文件与登记的摘要不一致，不能作为依据；请报告系统管理员。"
    ),
    "picture_refused": _("照片不符合要求，没有保存。"),
    "picture_not_jpeg": _("照片必须是 JPEG 格式。"),
    "picture_too_large": _("照片文件太大，没有保存。"),
    "picture_dimensions": _("照片的尺寸不符合要求，没有保存。"),
    "picture_broken": _("照片文件不完整，没有保存。"),
}

VERDICT_NAMES = {
    Verdict.ONE_FACE.value: _("一张人脸"),
    Verdict.NO_FACE.value: _("没有人脸"),
    Verdict.SEVERAL_FACES.value: _("多张人脸"),
    Verdict.COVERED.value: _("镜头被遮挡"),
    Verdict.DARK.value: _("画面过暗"),
    Verdict.BLURRED.value: _("画面模糊"),
    Verdict.UNDECIDED.value: _("无法判断"),
}
WAITING = _("等待识别")
UNREADABLE = _("无法读取")

# What a person should look at; the rest only tells what there was.
TONES = {
    Verdict.ONE_FACE.value: "good",
    Verdict.NO_FACE.value: "warn",
    Verdict.SEVERAL_FACES.value: "warn",
    Verdict.COVERED.value: "warn",
    Verdict.DARK.value: "warn",
}

SIGNAL_NAMES = {
    SignalKind.FOCUS_LOST.value: _("离开作答页面"),
    SignalKind.FOCUS_GAINED.value: _("回到作答页面"),
    SignalKind.FULLSCREEN_LEFT.value: _("退出全屏"),
    SignalKind.CAMERA_LOST.value: _("摄像头断开"),
    SignalKind.CAMERA_BACK.value: _("摄像头恢复"),
    SignalKind.OFFLINE.value: _("网络中断"),
    SignalKind.ONLINE.value: _("网络恢复"),
    SignalKind.PASTE_BLOCKED.value: _("粘贴被阻止"),
}

SUBMITTED_BY = {
    "examinee": _("本人交卷"),
    "server": _("时间到，系统自动交卷"),
    "officer": _("考务人员结束考试时收卷"),
}

KIND_NAMES = {
    "snapshot": _("照片"),
    "signal": _("页面事件"),
    "answer": _("保存答案"),
}
