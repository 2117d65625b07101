"""How a picture comes in: checked, then on the disk, then in the database.

Only then is it acknowledged.  What is refused costs a look at rows and no more.
"""

from dataclasses import dataclass
from datetime import datetime

from examcenter.attempts.rules import Arrival, Examinee
from examcenter.db import Database
from examcenter.proctoring import service
from examcenter.proctoring.admission import DiskNearlyFullError, SnapshotSent
from examcenter.proctoring.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Lane:
    """Where pictures go; below *minimum_free* percent of free disk they are refused."""

    database: Database
    evidence: Evidence
    minimum_free: float

    def receive(
        self, attempt_id: str, sent: SnapshotSent, *, by: Examinee, arrived: Arrival
    ) -> datetime:
        """Keep *sent* and return when it was received; the same id, the same moment.

        Raises what `service.admit` raises, DiskNearlyFullError, and UnavailableError
        when disk or database do not take it: nothing is kept then.
        """
        with self.database.reading() as session:
            kept = service.admit(session, attempt_id, sent, by=by, arrived=arrived)
        if kept is not None:
            return kept.received_at
        if self.evidence.free_percent() < self.minimum_free:
            raise DiskNearlyFullError
        file = self.evidence.store(sent.picture)
        # When this fails, the file is left to the sweep: a commit whose answer was
        # lost may have been one, and a row must not lose its file.
        with self.database.unit_of_work() as session:
            kept = service.keep(session, attempt_id, sent, file, by=by, arrived=arrived)
        if kept.file != file:
            self.evidence.delete(file)
        return kept.received_at
