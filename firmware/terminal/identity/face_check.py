"""One face check with its picture: the people are told, the camera and the module are asked, and the
session gets both answers together. Also photos without a check.
"""

from firmware.terminal.identity.camera import Camera
from firmware.terminal.identity.face import FaceModule
from firmware.terminal.identity.photo_store import PhotoStore
from firmware.wire.records import ZERO_DIGEST

# Real time that the module's answer waits for the picture to be whole: people are told within a second.
PATIENCE_MS = 800


class FaceCheck:
    """Joins board.face, board.camera (or None) and board.prompt; photos go to PhotoStore's folder.

    settings: face_timeout_s; photos (folder) and photo_bytes where there is a camera. order_result: how the
    last enroll() or forget() ended, (outcome, value) of identity.face_order, until its reader sets
    it to None.
    """

    def __init__(self, board, settings):
        self._board = board
        self._settings = settings
        self._buffer = bytearray(128)
        self._alone = False
        # A picture is to be taken for the present question, and one under way is let come whole before it.
        self._due = False
        # Session, role and moment of the check that the picture under way is too late for, and whether it
        # may go when room is short.
        self._late = None
        self._answer = None
        self._answer_ms = 0
        self._order = None
        self.order_result = None
        self.module = FaceModule(self._send)
        self.store = None
        self.camera = None
        if getattr(board, "camera", None) is not None:
            self.store = PhotoStore(settings["photos"], settings.get("photo_bytes", 2097152))
            self.camera = Camera(board.camera, self.store)

    def _send(self, data):
        try:
            self._board.face.send(data)
        except OSError:
            # Nothing was asked: the check ends by its time-out, as a module fault.
            pass

    def ask(self, role, steady_ms, real_ms):
        """Whose face is it, in that role (1 instructor, 2 trainee)? The picture begins with the question."""
        if self.module.pending:
            # Else the answer to the question before would be taken for this one.
            self.module.reset(steady_ms)
        if self._order is not None:
            # The people at the keys go before the server's wishes.
            self._order = None
            self.order_result = (1, 0)
        self._answer = None
        self._alone = False
        self._read_module()
        try:
            self._board.prompt(role)
        except OSError:
            # The screen has said it already.
            pass
        self._due = self.camera is not None
        self._begin(real_ms)
        self.module.verify(self._settings["face_timeout_s"], steady_ms)

    def take_photo(self, real_ms):
        """Begin a photo without a check; False where there is no camera."""
        if self.camera is None:
            return False
        self._late = None
        self.camera.start(real_ms)
        self._alone = True
        return True

    def _begin(self, real_ms):
        if self._due and self._late is None:
            self._due = False
            self.camera.start(real_ms)

    def enroll(self, role, person, steady_ms):
        """Enrol whoever looks at the camera as that person; False when the module is busy."""
        order = self._new_order(role, person)
        if order is None or not order.enroll(steady_ms):
            return False
        try:
            self._board.prompt(role)
        except OSError:
            # The screen has said it already.
            pass
        self._order = order
        return True

    def forget(self, role, person, steady_ms):
        """Delete that person's face; False when the module is busy."""
        order = self._new_order(role, person)
        if order is None or not order.forget(steady_ms):
            return False
        self._order = order
        return True

    def _new_order(self, role, person):
        if self.module.pending or self._answer is not None:
            return None
        from firmware.terminal.identity.face_order import FaceOrder

        self._read_module()
        return FaceOrder(self.module, role, person)

    @property
    def camera_fault(self):
        """Whether the last picture failed."""
        return self.camera is not None and self.camera.fault

    def step(self, session, utc_s, pulses, steady_ms, real_ms):
        """Read both lines and give the session what is complete. Returns the FaceAnswer that it got, or
        None. Raises OSError when the journal cannot be written."""
        camera = self.camera
        if camera is not None:
            self._begin(real_ms)
            camera.step(real_ms)
            if not camera.busy:
                self._end_picture(session, utc_s, pulses)
        self._read_module()
        if self._order is not None:
            self.order_result = self._order.step(steady_ms)
            if self.order_result is not None:
                self._order = None
            return None
        if self._answer is None:
            self._answer = self.module.poll(steady_ms)
            self._answer_ms = real_ms
        answer = self._answer
        waits = self._due or (camera is not None and camera.busy)
        if answer is None or (waits and real_ms - self._answer_ms < PATIENCE_MS):
            return None
        self._answer = None
        digest = None
        if camera is not None and not waits and not self._alone:
            digest = camera.digest
        self._tell(session, answer, utc_s, pulses, digest, waits)
        return answer

    def _tell(self, session, answer, utc_s, pulses, digest, waits):
        """The session gets the answer; a picture that is still under way gets a record of its own later."""
        if waits and not self._due and not self._alone and self._late is None:
            self._late = ()
        self._due = False
        log = session.log
        log.checked = None
        spare = session.on_face(answer, utc_s, pulses, digest or ZERO_DIGEST)
        if spare:
            self._spare(digest)
        if self._late == () and log.checked is not None:
            number, role, moment = log.checked
            self._late = (role, moment, number or log.number, spare)

    def _end_picture(self, session, utc_s, pulses):
        camera, late = self.camera, self._late
        self._late = None
        if self._alone:
            self._alone = False
            session.on_photo(camera.digest, camera.size, camera.plain, utc_s, pulses)
            self._spare(camera.digest)
        elif late and camera.digest is not None:
            session.log.photo(late[0], late[1], camera.digest, camera.size, late[2])
            if late[3]:
                self._spare(camera.digest)

    def _spare(self, digest):
        if digest is not None:
            try:
                self.store.spare(digest)
            except OSError:
                # It only stays longer than it must.
                pass

    def _read_module(self):
        try:
            count = self._board.face.receive_into(self._buffer)
            while count > 0:
                self.module.feed(self._buffer, count)
                count = self._board.face.receive_into(self._buffer)
        except OSError:
            # A line that is gone ends the question by its time-out.
            pass
