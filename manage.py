#!/usr/bin/env python3
"""台账的入口：python3 manage.py run 启动，python3 manage.py test 检验，python3 manage.py --help 看全部。

This file stays in the grammar of old Pythons, so that they can say in words what is missing;
everything else is in `launcher`, which needs the standard library alone.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the check is for the Pythons that ruff rules out
    # No f-string: it is newer than some of those Pythons.
    present = sys.version.split()[0]
    advice = "需要 Python 3.11 或更高版本，当前是 %s。请安装新版后，用它运行本文件。"
    sys.exit(advice % present)

from launcher.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
