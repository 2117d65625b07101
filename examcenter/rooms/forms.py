"""What may be said about rooms."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from examcenter.rooms.service import RoomLine
from examcenter.web.forms import Form


class SeatingForm(Form):
    rooms = SelectMultipleField(
        _("考场"),
        description=_("按住 Ctrl 可以选几个。座位由系统随机编排，不能自选。"),
        validators=[InputRequired(_("请至少选一个考场。"))],
    )

    def offer(self, rooms: Sequence[RoomLine]) -> None:
        """Set the rooms to choose from."""
        self.rooms.choices = [
            SelectChoice(room.code, f"{room.name}（{room.code}，{room.seats} 座）")
            for room in rooms
        ]
