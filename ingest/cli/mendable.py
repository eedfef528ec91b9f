"""The errors whose text is a sentence for the user."""

from gateway.errors import GatewayError
from geofence.errors import FenceError
from ingest.cli.bench_terminal.errors import BenchError
from ingest.cli.faults import UsageError
from ingest.embedded.children import EmbeddedError
from ingest.firmware_build.compile import FirmwareBuildError
from ingest.judging.errors import JudgingError
from ingest.receive.client import BrokerAddressError
from ingest.settings import SettingsError
from ingest.stage.jws import StageError
from ingest.stage.syllabus_file import SyllabusError
from ingest.store.connection import StoreError
from ingest.updates.release_key import UpdateError

MENDABLE: tuple[type[Exception], ...] = (
    UsageError,
    FenceError,
    FirmwareBuildError,
    GatewayError,
    BenchError,
    EmbeddedError,
    BrokerAddressError,
    JudgingError,
    SettingsError,
    StageError,
    StoreError,
    SyllabusError,
    UpdateError,
)
