"""A child that reads many files, one after the other, under the limits of the server's child.

A fresh interpreter for each of ten thousand files would take an hour; this one answers and waits. The limit
of processor time is set anew before each file, the limit of memory stands. Frames on standard input:
two lengths, name, bytes; on standard output one line of JSON a file.
"""

from __future__ import annotations

import json
import struct
import sys

from importers import limits
from importers.drill.judging import judge

_WHOLE_RUN = 24 * 60 * 60


def main() -> None:
    limits.limit_this_process(cpu_seconds=_WHOLE_RUN)
    while len(head := sys.stdin.buffer.read(8)) == 8:
        name_size, size = struct.unpack("<II", head)
        name = sys.stdin.buffer.read(name_size).decode()
        data = sys.stdin.buffer.read(size)
        limits.allow_more_time()
        verdict, words = judge(data, name)
        sys.stdout.write(json.dumps([verdict, words]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
