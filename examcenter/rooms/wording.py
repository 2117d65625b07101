"""Sentences for the codes of this feature."""

from flask_babel import lazy_gettext as _

SENTENCES = {
    "no_such_room": _("没有代码为 {room} 的考场。请先导入考场，或核对代码。"),
    "too_few_seats": _("座位不够：{people} 人，只有 {seats} 个座位。请增加考场。"),
    "seating_begun": _("考试已经开始，不能整场重排座位；个别调整请用换机。"),
    "seat_taken": _("这个座位刚刚有人了，请另选一个。"),
    "not_seated": _("考生还没有座位，或没有这个座位。"),
}
