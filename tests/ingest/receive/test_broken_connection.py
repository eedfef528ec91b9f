"""A database connection that breaks in the middle of a pipeline does not hold ingest up."""

import threading

from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import terminal_with


def test_a_connection_left_in_pipeline_mode_is_replaced(gate: Gate) -> None:
    terminal = terminal_with(2001, 10)
    gate.register(2001)
    gate.deliver((terminal.topic, terminal.payload(1, 2)))
    # As a connection is left when it fails inside a pipeline and the server's end is not seen yet.
    pgconn = gate.writer.connection.pgconn
    pgconn.enter_pipeline_mode()
    pgconn.send_query_params(b"SELECT 1", [])
    give_up = threading.Timer(20, gate.hands.stop.set)
    give_up.start()
    gate.deliver((terminal.topic, terminal.payload(3, 5)))
    give_up.cancel()
    assert gate.head(2001).through == 5
