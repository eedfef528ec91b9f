"""Cuts the power of a terminal's day and tells what is lost or invented; runs on both interpreters."""

import sys

from firmware.terminal.journal.journal import Journal
from firmware.terminal.session.resume import find_open, last_boot
from firmware.wire import fields, records
from tests.firmware.terminal.fake_flash import SECTOR_SIZE, FakeFlash, PowerCut, half_erase
from tests.firmware.terminal.journal_day import START_S, Play, lat_e7

LOST_S = 10
# Decoded minutes kept; a terminal's heap has room for two.
KNOWN_MAX = 2 if sys.implementation.name == "micropython" else 1000
_known = {}


def go_on(play, gap_s):
    """The terminal starts again after a power cut, gap_s later, and goes on with what its journal shows."""
    flash = play.flash
    flash.cut_at = None
    again = Play(flash, play.second_s + gap_s, last_boot(Journal(flash)) + 1)
    again.epoch = play.epoch
    again.confirmed = play.confirmed
    # What was not drafted yet is lost; the driving goes on unseen.
    first_seq = max(again.journal.next_seq - 6, again.journal.through, 1)
    trace, _ = seen(again.journal, read_all(again.journal, first_seq))
    again.trace = play.trace
    again.kept_s = play.kept_s
    for utc_s in range(START_S + play.second_s - LOST_S, START_S + play.second_s + 1):
        if utc_s not in trace:
            again.trace.discard(utc_s)
    found = find_open(again.journal)
    if found is not None and found["session"]:
        again.session = found["session"]
        utc_s = START_S + again.second_s
        again.clock.utc_s = utc_s
        recovered = again.recorder.recovered()
        if recovered is None:
            again.minute.start(utc_s, 0)
        else:
            body = again.minute.restore(recovered, utc_s, 0)
            if body is not None:
                again.write(fields.MINUTE, body)
            elif recovered["minute"] != utc_s // 60:
                again.leave(recovered["minute"])
    return again


def faults(below, turns, kept_s=1 << 30):
    """A terminal whose power goes again and again, drawn by below(n); a list of what was lost or invented."""
    play = Play(FakeFlash(10 * 4096, None, below(1 << 20)))
    play.kept_s = kept_s
    wrong = []
    for _ in range(turns):
        play.flash.cut_at = play.flash.spent + below(3000)
        try:
            _drive(play, below)
        except PowerCut:
            pass
        until_s = START_S + play.second_s
        journal = Journal(play.flash)
        first_seq = max(journal.through + 1, journal.next_seq - kept_s // 60)
        found = read_all(journal, first_seq)
        wrong += check_chain(journal, found, play.confirmed)
        wrong += check_trace(journal, found, play.trace, until_s)
        if wrong:
            break
        while True:
            try:
                play = go_on(play, below(100))
                break
            except PowerCut:
                pass
    return wrong


def _drive(play, below):
    """Until the power goes."""
    while True:
        chance = below(40)
        if not play.session:
            play.sign_in()
        elif chance == 0:
            play.sign_out()
        elif chance == 1:
            play.check()
        elif chance < 4:
            play.diagnostic()
        elif chance < 10:
            play.receipts(below(3), below(3) == 0)
        play.seconds(1 + below(30), below(2000))


def read_all(journal, first_seq):
    """(seq, record or None) of every record from first_seq on."""
    found = []
    for seq in range(first_seq, journal.next_seq):
        one = journal.read_from(seq, 1, 1)
        found.append((seq, one[0] if one else None))
    return found


def _driven(record):
    """(minute, latitude by second) of a minute record; most were asked for after the cut before, too."""
    found = _known.get(record)
    if found is None:
        values = records.decode(record)
        minute = values["minute"]
        found = minute, {minute * 60 + fix[0]: fix[1] for fix in values["fixes"]}
        if len(_known) >= KNOWN_MAX:
            _known.clear()
        _known[record] = found
    return found


def seen(journal, found):
    """(latitude by second of every fix in the records found and in drafts, thinned minutes)."""
    trace = {}
    thinned = set()
    for _, record in found:
        if record is not None and record[0] in (fields.MINUTE, fields.MINUTE_THIN):
            minute, fixes = _driven(record)
            if record[0] == fields.MINUTE_THIN:
                thinned.add(minute)
            trace.update(fixes)
    recovered = journal.recovered
    if recovered is not None:
        for fix in recovered["fixes"]:
            trace[recovered["minute"] * 60 + fix[0]] = fix[1]
    return trace, thinned


def check_chain(journal, found, confirmed):
    """What is wrong with the newest records of a journal: a list of words, empty when all is well."""
    wrong = []
    prev = None
    for seq, record in found:
        if record is None:
            wrong.append(f"lost {seq}")
            prev = None
            continue
        if prev is not None and record[13:45] != prev:
            wrong.append(f"chain broken before {seq}")
        prev = records.digest(record)
        if seq in confirmed and confirmed[seq] != prev:
            wrong.append(f"not what was confirmed: {seq}")
    for seq in confirmed:
        if seq >= journal.next_seq:
            wrong.append(f"lost at the end: {seq}")
    if prev is not None and prev != journal.head:
        wrong.append("head")
    return wrong


def check_trace(journal, found, expected, until_s):
    """Seconds whose fix is lost although the cut came more than LOST_S later, or that nobody drove."""
    trace, thinned = seen(journal, found)
    wrong = []
    since_s = min(trace) if trace else until_s
    for utc_s in range(since_s, until_s - LOST_S):
        is_dropped = utc_s // 60 in thinned and utc_s % 5
        if utc_s not in trace and utc_s in expected and not is_dropped:
            wrong.append(f"no fix of {utc_s - START_S}")
    for utc_s in trace:
        if utc_s > until_s or abs(trace[utc_s] - lat_e7(utc_s)) > 8:
            wrong.append(f"invented fix of {utc_s - START_S}")
    return wrong


class Sweep:
    """Reopens what power cuts leave of a play's flash: at every step-th byte of a program, in every erase.

    wrong: what was lost or invented, in words; cuts: how many cuts were tried.
    """

    def __init__(self, flash, step, coarse_step):
        self.flash = flash
        self._steps = (coarse_step, step)
        self.step = step
        self.play = None
        self.cuts = 0
        self.wrong = []
        self._from = 0

    def watch(self, play):
        """Begin."""
        self.play = play
        self.flash.on_change = self.on_change

    def look(self, closely):
        """Cut at every step-th byte, or only at every coarse_step-th."""
        self.step = self._steps[closely]
        self._from = 0

    def on_change(self, at, data):
        """The flash is about to be programmed (data) or, with None, a sector of it erased."""
        if data is None:
            for how in range(4):
                torn = self.flash.copy()
                half_erase(torn.sector(at // SECTOR_SIZE), how, self.flash.random)
                self.reopen(torn, True)
            return
        writer = self.play.journal._writer
        # A sector of thinned records is looked at closely in any case.
        step = self.step if at // SECTOR_SIZE == writer.slot else self._steps[True]
        self._from = min(self._from, step) - len(data)
        while self._from < 0:
            cut = self._from + len(data)
            torn = self.flash.copy()
            sector, start = torn.sector(at // SECTOR_SIZE), at % SECTOR_SIZE
            sector[start : start + cut] = data[:cut]
            sector[start + cut] &= data[cut] | (self.flash.random() & 255)
            self.reopen(torn, cut == 0)
            self._from += step

    def reopen(self, torn, wholly):
        """The terminal starts again on what is left; wholly: every record is looked at."""
        self.cuts += 1
        play = self.play
        journal = Journal(torn)
        was = play.journal
        newest = play.kept_s // 60 if wholly else 4
        first_seq = max(journal.through + 1, journal.next_seq - newest)
        confirmed = play.confirmed if wholly else {}
        found = read_all(journal, first_seq)
        wrong = check_chain(journal, found, confirmed)
        if not was.durable_seq < journal.next_seq <= was.next_seq + 1:
            wrong.append(f"next {journal.next_seq}")
        wrong += check_trace(journal, found, play.trace, START_S + play.second_s)
        again = Play(torn, play.second_s, 2, journal)
        again.check()
        after = Journal(torn)
        if after.next_seq != journal.next_seq:
            wrong.append("next append lost")
        newest = read_all(after, max(after.next_seq - 3, after.through + 1))
        wrong += check_chain(after, newest, again.confirmed)
        for word in wrong:
            self.wrong.append(f"{word} at {self.flash.spent}")
