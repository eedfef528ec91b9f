"""Cuts the power of a terminal's day and tells what is lost or invented; runs on both interpreters."""

from firmware.terminal.journal.journal import Journal
from firmware.terminal.session.resume import find_open, last_boot
from firmware.wire import fields, records
from tests.firmware.terminal.fake_flash import SECTOR_SIZE, FakeFlash, PowerCut, half_erase
from tests.firmware.terminal.journal_day import START_S, Play, lat_e7

LOST_S = 10


def go_on(play, gap_s):
    """The terminal starts again after a power cut, gap_s later, and goes on with what its journal shows."""
    flash = play.flash
    flash.cut_at = None
    again = Play(flash, play.second_s + gap_s, last_boot(Journal(flash)) + 1)
    again.epoch = play.epoch
    again.confirmed = play.confirmed
    # What was not drafted yet is lost; the driving goes on unseen.
    trace, _ = seen(again.journal, max(again.journal.next_seq - 6, again.journal.through, 1))
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
        wrong += check_chain(journal, play.confirmed, first_seq)
        wrong += check_trace(journal, play.trace, until_s, first_seq)
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


def seen(journal, first_seq):
    """(latitude by second of every fix in records from first_seq on and in drafts, thinned minutes)."""
    trace = {}
    thinned = set()
    for seq in range(first_seq, journal.next_seq):
        found = journal.read_from(seq, 1, 1)
        if found and found[0][0] in (fields.MINUTE, fields.MINUTE_THIN):
            values = records.decode(found[0])
            if found[0][0] == fields.MINUTE_THIN:
                thinned.add(values["minute"])
            for fix in values["fixes"]:
                trace[values["minute"] * 60 + fix[0]] = fix[1]
    recovered = journal.recovered
    if recovered is not None:
        for fix in recovered["fixes"]:
            trace[recovered["minute"] * 60 + fix[0]] = fix[1]
    return trace, thinned


def check_chain(journal, confirmed, first_seq):
    """What is wrong with the records from first_seq on: a list of words, empty when all is well."""
    wrong = []
    prev = None
    for seq in range(first_seq, journal.next_seq):
        found = journal.read_from(seq, 1, 1)
        if not found:
            wrong.append(f"lost {seq}")
            prev = None
            continue
        if prev is not None and found[0][13:45] != prev:
            wrong.append(f"chain broken before {seq}")
        prev = records.digest(found[0])
        if seq in confirmed and confirmed[seq] != prev:
            wrong.append(f"not what was confirmed: {seq}")
    for seq in confirmed:
        if seq >= journal.next_seq:
            wrong.append(f"lost at the end: {seq}")
    if prev is not None and prev != journal.head:
        wrong.append("head")
    return wrong


def check_trace(journal, expected, until_s, first_seq):
    """Seconds whose fix is lost although the cut came more than LOST_S later, or that nobody drove."""
    trace, thinned = seen(journal, first_seq)
    wrong = []
    since_s = min(trace) if trace else until_s
    for utc_s in expected:
        is_dropped = utc_s // 60 in thinned and utc_s % 5
        if since_s <= utc_s < until_s - LOST_S and utc_s not in trace and not is_dropped:
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
        wrong = check_chain(journal, confirmed, first_seq)
        if not was.durable_seq < journal.next_seq <= was.next_seq + 1:
            wrong.append(f"next {journal.next_seq}")
        wrong += check_trace(journal, play.trace, START_S + play.second_s, first_seq)
        again = Play(torn, play.second_s, 2, journal)
        again.check()
        after = Journal(torn)
        if after.next_seq != journal.next_seq:
            wrong.append("next append lost")
        wrong += check_chain(after, again.confirmed, max(after.next_seq - 3, after.through + 1))
        for word in wrong:
            self.wrong.append(f"{word} at {self.flash.spent}")
