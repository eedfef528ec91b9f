"""The signed manifest of an update image, and the head of each file in the image.

Manifest (big-endian): "HFU1", version u32, floor u32, replaces u32, size u32, sha256 b32, writes u8,
reads u16, length u8 and board name, then the Ed25519 signature b64 by the release key over all before it.
version is major * 1000000 + minor * 1000 + patch; floor is the lowest version that may be replaced by this
one; replaces, when not 0, is the one version that this one may replace although it is not newer: a signed
permission to go back. writes is the journal format this version writes, bit n-1 of reads: it reads format n.

Image: "HFI1", number of files u16, then for each: length u8 and path, size u32, CRC-32 u32, data.
"""

MAGIC = b"HFU1"
IMAGE_MAGIC = b"HFI1"
# The journal format that this firmware writes, and the bits of those it reads.
JOURNAL_WRITES = 1
JOURNAL_READS = 1
SIGNATURE_SIZE = 64
BOARD_MAX = 32
PATH_MAX = 100
FILES_MAX = 500
TOP = "firmware/"
_HEAD_SIZE = 56
_U32 = 4294967295
_PATH_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./"


class ManifestError(ValueError):
    """A manifest, or the head of a file in an image, that cannot be; the text says why."""


class Manifest:
    """What an image is: numbers as above, sha256 (32 bytes), board (str), signature (64 bytes or empty)."""

    def __init__(self, version, floor, replaces, size, sha256, board, writes, reads, signature=b""):
        self.version = version
        self.floor = floor
        self.replaces = replaces
        self.size = size
        self.sha256 = sha256
        self.board = board
        self.writes = writes
        self.reads = reads
        self.signature = signature

    @property
    def image(self):
        """The 8 bytes by which pieces name the image."""
        return self.sha256[:8]

    def signed(self):
        """The bytes that the signature is over. Raises ManifestError naming what is out of range."""
        board = self.board.encode()
        for name in ("version", "size"):
            if not 1 <= getattr(self, name) <= _U32:
                raise ManifestError("%s: %r is outside 1..%d" % (name, getattr(self, name), _U32))
        for name in ("floor", "replaces"):
            if not 0 <= getattr(self, name) <= _U32:
                raise ManifestError("%s: %r is outside 0..%d" % (name, getattr(self, name), _U32))
        if (
            not 1 <= self.writes <= 16
            or not 1 <= self.reads <= 65535
            or not self.reads >> self.writes - 1 & 1
        ):
            raise ManifestError("journal: format %r is not among those read" % (self.writes,))
        if not 1 <= len(board) <= BOARD_MAX or len(self.sha256) != 32:
            raise ManifestError("board: needs 1..%d bytes, and sha256 32" % BOARD_MAX)
        data = MAGIC
        for number in (self.version, self.floor, self.replaces, self.size):
            data += number.to_bytes(4, "big")
        data += self.sha256 + bytes([self.writes]) + self.reads.to_bytes(2, "big")
        return data + bytes([len(board)]) + board

    def encode(self):
        """The manifest's bytes, signed or not yet."""
        return self.signed() + self.signature


def decode(data):
    """The Manifest of bytes; raises ManifestError. The signature is not checked here."""
    data = bytes(data)
    if len(data) < _HEAD_SIZE or data[:4] != MAGIC:
        raise ManifestError("manifest: not one of this format")
    end = _HEAD_SIZE + data[_HEAD_SIZE - 1]
    if len(data) != end + SIGNATURE_SIZE:
        raise ManifestError("manifest: %d bytes, not %d" % (len(data), end + SIGNATURE_SIZE))
    try:
        board = data[_HEAD_SIZE:end].decode()
    except ValueError:
        raise ManifestError("board: not a name")
    words = [int.from_bytes(data[at : at + 4], "big") for at in (4, 8, 12, 16)]
    found = Manifest(
        words[0],
        words[1],
        words[2],
        words[3],
        data[20:52],
        board,
        data[52],
        data[53] << 8 | data[54],
        data[end:],
    )
    if found.signed() != data[:end]:
        raise ManifestError("manifest: not as it would be written")
    return found


def check_path(path):
    """Raises ManifestError for a path that an image may not hold: it could leave the slot or hide in it."""
    bad = (
        len(path) > PATH_MAX or not path.startswith(TOP) or "//" in path or "/." in path or path.endswith("/")
    )
    for character in path:
        bad = bad or character not in _PATH_CHARACTERS
    if bad:
        raise ManifestError("image: %r is not the path of a firmware file" % path)


def image_start(count):
    """The first bytes of an image of so many files."""
    return IMAGE_MAGIC + count.to_bytes(2, "big")


def file_head(path, size, crc):
    """The bytes before a file's data."""
    check_path(path)
    name = path.encode()
    return bytes([len(name)]) + name + size.to_bytes(4, "big") + crc.to_bytes(4, "big")
