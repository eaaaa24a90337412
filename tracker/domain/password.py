"""What a password (口令) must be (GB/T 22239-2019 8.1.4.1 身份鉴别: 身份鉴别信息具有复杂度要求)."""

from __future__ import annotations

MIN_LENGTH = 10
MAX_LENGTH = 200
MIN_CLASSES = 3


def password_problems(password: str, username: str) -> tuple[str, ...]:
    """What is wrong with a new password, in sentences; empty when it may be used."""
    problems: list[str] = []
    if len(password) < MIN_LENGTH:
        problems.append(f"口令至少{MIN_LENGTH}位，现在是{len(password)}位。")
    if len(password) > MAX_LENGTH:
        problems.append(f"口令最长{MAX_LENGTH}位，请缩短。")
    if character_classes(password) < MIN_CLASSES:
        problems.append("大写字母、小写字母、数字、符号，请至少用其中三种。")
    if username and username.casefold() in password.casefold():
        problems.append("口令里不要包含用户名。")
    return tuple(problems)


def character_classes(password: str) -> int:
    """How many of the four classes a password uses; what is no Latin letter or digit counts as a symbol."""
    upper = any("A" <= character <= "Z" for character in password)
    lower = any("a" <= character <= "z" for character in password)
    digit = any("0" <= character <= "9" for character in password)
    other = any(not (character.isascii() and character.isalnum()) for character in password)
    return upper + lower + digit + other
