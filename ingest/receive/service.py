"""The ingest service: one database, one broker, one pipeline between them."""

from __future__ import annotations

import logging
import threading

from ingest.receive.admit import BEYOND_MAX
from ingest.receive.mqtt import CLIENT_ID, BrokerLink
from ingest.receive.pipeline import Pipeline
from ingest.receive.writer import Writer
from ingest.settings import MqttAddress
from ingest.store.connection import DatabaseAway, connect
from ingest.store.conservation import Counts
from ingest.store.migrate import migrate

log = logging.getLogger(__name__)


class IngestService:
    """What ``hourfence ingest`` runs. Raises BrokerAddressError or StoreError for broken addresses.

    beyond_max: how far beyond a gap records are stored, in seqs.
    """

    def __init__(
        self,
        database_url: str,
        broker: MqttAddress,
        *,
        client_id: str = CLIENT_ID,
        beyond_max: int = BEYOND_MAX,
    ) -> None:
        self._database_url = database_url
        self._stop = threading.Event()
        self._link = BrokerLink(broker, self._stop, client_id)
        self._writer = Writer(database_url, self._link.wait)
        self._pipeline = Pipeline(self._writer, self._link, self._stop, beyond_max=beyond_max)

    @property
    def subscribed(self) -> threading.Event:
        """Set while the broker delivers."""
        return self._link.subscribed

    @property
    def counts(self) -> Counts:
        """What this run has landed so far, in records."""
        return self._pipeline.counts

    def run(self, stop_event: threading.Event) -> None:
        """Ingest until stop_event is set; waits for a database or broker that is away. Migrates first."""
        watch = threading.Thread(target=self._relay, args=(stop_event,), name="ingest-stop", daemon=True)
        watch.start()
        try:
            # The lock comes before the broker: a second ingest would take over the first one's session.
            with connect(self._database_url, wait=self._link.wait) as conn:
                migrate(conn)
            self._writer.ready()
            self._link.start()
            self._pipeline.run()
        except DatabaseAway:
            if not self._stop.is_set():
                raise
        finally:
            self._stop.set()
            self._link.close()
            self._writer.close()
            counts = self.counts
            log.info(
                "Ingest ended: %d records received, %d stored, %d duplicates, %d quarantined.",
                counts.received,
                counts.stored,
                counts.duplicates,
                counts.quarantined,
            )

    def _relay(self, stop_event: threading.Event) -> None:
        while not self._stop.is_set():
            if stop_event.wait(0.1):
                self._stop.set()
