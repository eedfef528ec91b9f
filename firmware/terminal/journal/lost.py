"""Records that the flash has lost: each is told once, by a signed record, also over a restart.

The server and the outbox wait no longer for what has been told. Loaded for a call only.
"""

from firmware.terminal.journal.flash_log import number

LOST = "lost"


def recall(journal, keep):
    """What was told before the restart. A range whose ends can be read is another journal's."""
    kept = keep.get(LOST) or b""
    for at in range(0, len(kept) - 7, 8):
        first, last = max(number(kept, at, 4), journal.through + 1), number(kept, at + 4, 4)
        if first <= last <= journal.durable_seq and not _is_there(journal, first, last):
            journal.lost.add(first, last)
    journal.unread = 0


def tell(journal, health, keep):
    """Tell journal.unread, unless a second look finds it. Raises OSError, and is then to be called again."""
    seq, journal.unread = journal.unread, 0
    if journal.head_at(seq) is not None:
        return
    health.on_lost(seq)
    journal.lost.add(seq, seq)
    journal.unread = 0
    # Where a sector went bad, its next record is lost too.
    journal.head_at(seq + 1)
    kept = bytearray()
    for first, last in journal.lost:
        kept += first.to_bytes(4, "big")
        kept += last.to_bytes(4, "big")
    try:
        keep.put(LOST, bytes(kept))
    except OSError:
        # After a restart they are told once more.
        pass


def _is_there(journal, first, last):
    return journal.head_at(first) is not None or journal.head_at(last) is not None
