"""Photos going up in chunks, on both interpreters, to a server that keeps what it gets."""

import hashlib
import os
import sys

from firmware.terminal.uplink.photo_queue import PhotoQueue, photo_of
from firmware.wire import bulk
from firmware.wire.errors import WireError

KEY = bytes(range(32))
TERMINAL = 7


def picture(number, size):
    data = bytearray(size)
    for i in range(size):
        data[i] = (i * i + number) & 255
    return data


def name_of(data):
    return "".join(["%02x" % byte for byte in hashlib.sha256(data).digest()]) + ".jpg"


def save(folder, data, name=None):
    with open(folder + "/" + (name or name_of(data)), "wb") as target:
        target.write(data)


class Server:
    """Puts photos together; unwanted: the digests it refuses; unnamed: those that no record names."""

    def __init__(self):
        self.photos = {}
        self.chunks = []
        self.unwanted = ()
        self.unnamed = ()

    def take(self, payload):
        terminal, photo, size, offset, data = bulk.open_chunk(payload, KEY)
        self.chunks.append((offset, len(data)))
        if photo in self.unwanted:
            return bulk.encode_photo_receipt(terminal, photo, 0, bulk.REFUSED, KEY)
        have = self.photos.setdefault(photo, b"")
        if offset == len(have):
            have = self.photos[photo] = have + data
        state = bulk.COMPLETE if len(have) == size and photo not in self.unnamed else bulk.GO_ON
        return bulk.encode_photo_receipt(terminal, photo, len(have), state, KEY)

    def whole(self):
        return len([photo for photo, data in self.photos.items() if hashlib.sha256(data).digest() == photo])


def queue_of(folder, now=(0,)):
    return PhotoQueue(folder, TERMINAL, KEY, lambda: now[0])


def send(queue, server, chunks=999):
    for _ in range(chunks):
        payload = queue.next_chunk()
        if payload is None:
            return
        queue.on_receipt(server.take(payload))


def all_of_it(folder):
    server = Server()
    queue = queue_of(folder)
    print("nothing", queue.next_chunk(), queue_of(folder + "/none").next_chunk())
    queue = queue_of(folder)
    for number, size in enumerate((1, 1400, 1401, 20480)):
        save(folder, picture(number, size))
    for name in ("new.part", "spare", "x" * 64 + ".jpg", "ab.jpg"):
        save(folder, b"?", name)
    save(folder, b"", "00" * 32 + ".jpg")
    save(folder, bytes(20481), "11" * 32 + ".jpg")
    print("waiting", queue.count())
    send(queue, server)
    print("whole", server.whole(), sorted(server.chunks))
    print("left", sorted(os.listdir(folder)))


def goes_on_where_it_was(folder):
    server = Server()
    save(folder, picture(9, 10000))
    send(queue_of(folder), server, 3)
    server.chunks.clear()
    queue = queue_of(folder)
    print("same until receipted", queue.next_chunk() == queue.next_chunk())
    send(queue, server)
    print("after a restart", server.chunks, server.whole())


def refused_or_strange(folder):
    server = Server()
    wanted, unwanted = picture(1, 3000), picture(2, 3000)
    save(folder, unwanted)
    server.unwanted = (hashlib.sha256(unwanted).digest(),)
    queue = queue_of(folder)
    send(queue, server)
    print("refused", server.chunks, queue.count())
    now = [60000]
    queue = queue_of(folder, now)
    print("looks", queue.next_chunk())
    save(folder, wanted)
    print("not at once", queue.next_chunk())
    now[0] += 10000
    photo = bulk.open_chunk(queue.next_chunk(), KEY)[1]
    for receipt in (
        bulk.encode_photo_receipt(TERMINAL, server.unwanted[0], 0, bulk.COMPLETE, KEY),
        bulk.encode_photo_receipt(TERMINAL, photo, 0, bulk.GO_ON, KEY),
        bulk.encode_photo_receipt(TERMINAL, photo, 1400, bulk.GO_ON, KEY),
        bulk.encode_photo_receipt(8, photo, 0, bulk.COMPLETE, KEY),
        bulk.encode_photo_receipt(TERMINAL, photo, 0, bulk.COMPLETE, bytes(32)),
        b"",
    ):
        try:
            print("  ", queue.on_receipt(receipt), bulk.open_chunk(queue.next_chunk(), KEY)[3])
        except WireError as error:
            print("  ", error)
    os.remove(folder + "/" + name_of(wanted))
    print("gone meanwhile", queue.next_chunk(), queue.next_chunk(), queue.count())


def waits_for_its_record(folder):
    """What no record names holds up nothing; it is tried again, ever more seldom, until it is settled."""
    server, now = Server(), [0]
    orphans = [picture(number, 3000) for number in (20, 21)]
    for data in orphans:
        save(folder, data)
    server.unnamed = [hashlib.sha256(data).digest() for data in orphans]
    queue = queue_of(folder, now)
    send(queue, server)
    print("waiting", queue.count(), server.chunks)
    server.chunks.clear()
    save(folder, picture(22, 2000))
    now[0] += 10000
    send(queue, server)
    print("another", queue.count(), server.chunks)
    server.chunks.clear()
    tries = []
    for _ in range(8 * 360):
        now[0] += 10000
        send(queue, server)
        if server.chunks:
            tries.append((now[0] // 60000, server.chunks[:]))
            server.chunks.clear()
    print("tried at minutes", [minute for minute, _ in tries], tries[-1][1])
    server.unwanted, server.unnamed = server.unnamed[:1], ()
    for _ in range(361):
        now[0] += 10000
        send(queue, server)
    print("settled", server.chunks, queue.count())
    receipt = bulk.encode_photo_receipt(TERMINAL, hashlib.sha256(orphans[1]).digest(), 3000, bulk.GO_ON, KEY)
    print("late", queue.on_receipt(receipt))
    for number in range(45):
        save(folder, picture(100 + number, 1000))
    server.unnamed = [hashlib.sha256(picture(100 + number, 1000)).digest() for number in range(45)]
    server.chunks.clear()
    now[0] += 10000
    for _ in range(50):
        send(queue, server, 1)
    print("many", queue.count(), len(server.chunks))


def run(folder):
    for number, test in enumerate(
        (all_of_it, goes_on_where_it_was, refused_or_strange, waits_for_its_record)
    ):
        os.mkdir("%s/%d" % (folder, number))
        test("%s/%d" % (folder, number))
    print(
        photo_of("zz" * 32 + ".jpg"), photo_of("00" * 32 + ".png"), photo_of("00" * 32 + ".jpg") == bytes(32)
    )


run(sys.argv[1])
