"""The camera and its photos on whichever interpreter runs this file: whole, damaged, late, no room."""

import binascii
import hashlib
import os
import sys

from firmware.terminal.identity.camera import PHOTO_MAX, Camera
from firmware.terminal.identity.photo_store import PhotoStore, name_of


def u32(value):
    return bytes((value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255))


def jpeg(size, seed=1):
    body = bytearray(size)
    for i in range(size):
        seed = (seed * 1103 + 12345) % 1000003
        body[i] = seed & 255
    body[0:2] = b"\xff\xd8"
    body[size - 2 : size] = b"\xff\xd9"
    return bytes(body)


def answer(picture, crc=None):
    return b"J" + u32(len(picture)) + picture + u32(binascii.crc32(picture) if crc is None else crc)


class Line:
    """Gives its bytes in pieces of so many."""

    def __init__(self):
        self.coming = b""
        self.stale = b""
        self.piece = 512
        self.sent = b""

    def receive_into(self, buffer):
        if self.stale:
            self.stale = b""
            return 3
        count = min(len(buffer), self.piece, len(self.coming))
        buffer[:count] = self.coming[:count]
        self.coming = self.coming[count:]
        return count

    def send(self, data):
        self.sent += data
        self.coming = self.next


def take(camera, line, data, steps=60, step_ms=50):
    line.next = data
    camera.start(0)
    for step in range(steps):
        camera.step(step * step_ms)
        if not camera.busy:
            break
    return camera.digest is not None, camera.size, camera.plain, camera.fault, camera.why


def pictures(folder):
    line = Line()
    camera = Camera(line, PhotoStore(folder + "/a"))
    for size in (2599, 2600, 5000, PHOTO_MAX):
        picture = jpeg(size)
        print("whole", take(camera, line, answer(picture)))
        right = hashlib.sha256(picture).digest()
        with open(folder + "/a/" + name_of(right), "rb") as source:
            print(camera.digest == right, source.read() == picture)
    picture = jpeg(700, 7)
    print("asked with", line.sent[:2])
    for piece in (1, 2, 3, 5, 7, 511):
        line.piece = piece
        told = take(camera, line, b"\x00" + answer(picture), 800)
        print("in pieces of", piece, told[0])
    line.piece = 512
    print("stale bytes first", end=" ")
    line.stale = b"abc"
    print(take(camera, line, answer(picture))[0])


def faults(folder):
    line = Line()
    camera = Camera(line, PhotoStore(folder + "/b"))
    picture = jpeg(3000)
    bad = bytearray(picture)
    bad[1500] ^= 1
    for name, data in (
        ("silent", b""),
        ("cut", answer(picture)[:2000]),
        ("no crc", answer(picture)[:-1]),
        ("damaged", b"J" + u32(3000) + bytes(bad) + u32(binascii.crc32(picture))),
        ("wrong crc", answer(picture, 1)),
        ("too big", answer(jpeg(PHOTO_MAX + 1))),
        ("tiny", b"J" + u32(3) + b"\xff\xd8\xff"),
        ("no beginning", answer(b"\x00" + picture[1:])),
        ("no end", answer(picture[:-1] + b"\x00")),
        ("text", b"hello\n" * 20),
    ):
        print(name, take(camera, line, data, 200), sorted(os.listdir(folder + "/b")))
    print("well again", take(camera, line, answer(picture)), len(os.listdir(folder + "/b")))
    line.send = line.receive_into = broken
    print("gone", take(camera, line, b""))


def broken(data):
    raise OSError(5)


def room(folder):
    """Four photos of 1000 bytes fit; the spare ones go, oldest first, then there is no more room."""
    line = Line()
    path = folder + "/c"
    store = PhotoStore(path, 4000, 10)
    camera = Camera(line, store)
    kept = []
    for seed in range(1, 8):
        told = take(camera, line, answer(jpeg(1000, seed)))
        if camera.digest is not None:
            kept.append(camera.digest)
            if seed in (2, 3):
                store.spare(camera.digest)
        there = [1 if name_of(one) in os.listdir(path) else 0 for one in kept]
        print("photo", seed, told[0], there, told[4])
    # The server has the first one: somebody removes it, and there is room again.
    os.remove(path + "/" + name_of(kept[0]))
    print("after sending", take(camera, line, answer(jpeg(1000, 9)))[0])
    few = PhotoStore(folder + "/d", 4000000, 2)
    camera = Camera(line, few)
    print("by count", [take(camera, line, answer(jpeg(900, seed)))[0] for seed in (1, 2, 3)])


def power_cut(folder):
    path = folder + "/e"
    store = PhotoStore(path)
    store.begin()
    store.write(b"half")
    store.spare(bytes(32))
    with open(path + "/spare", "ab") as target:
        target.write(b"torn")
    print("before", sorted(os.listdir(path)))
    again = PhotoStore(path, 10, 10)
    print("after", sorted(os.listdir(path)), os.stat(path + "/spare")[6])
    again.begin()
    again.write(b"much too long")
    print("no room", again.keep(bytes(32)), sorted(os.listdir(path)))
    spares(path)


def spares(path):
    """The list of spare photos, when the power goes or the medium fails before the new one has its name."""
    store = PhotoStore(path, 1000, 1)
    store.begin()
    store.write(b"one")
    print("kept", store.keep(bytes(32)))
    store.spare(bytes(32))
    os.mkdir(path + "/spare.new")
    store.begin()
    store.write(b"two")
    try:
        store.keep(bytes([1]) * 32)
    except OSError:
        print("list in danger", os.stat(path + "/spare")[6])
    os.rmdir(path + "/spare.new")
    again = PhotoStore(path, 1000, 1)
    again.begin()
    again.write(b"two")
    print("again", again.keep(bytes([1]) * 32), os.stat(path + "/spare")[6], len(os.listdir(path)))


def main(folder):
    pictures(folder)
    faults(folder)
    room(folder)
    power_cut(folder)


main(sys.argv[1])
