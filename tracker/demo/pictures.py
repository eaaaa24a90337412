"""Pictures for the demonstration (现场照片): made, not taken; each its own, and the same every time."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 320, 200


def picture(number: int) -> bytes:
    """A PNG of hills under a sky, another one for every number."""
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            ridge = 120 + (x * (3 + number % 4)) % 97 // 2 - (x + 31 * number) % 53 // 2
            rows += bytes((70, 110 + y // 4, 80)) if y > ridge else bytes((200 - y // 2, 215 - y // 3, 235))
    size = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
