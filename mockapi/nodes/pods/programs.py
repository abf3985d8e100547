"""What the program of a container does: how long it runs, how it ends, and whether it heeds SIGTERM. The rules are in programs.yaml."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import yaml

from mockapi.machinery.meta import Object

_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_OPERATORS = frozenset({";", "&&", "||", "\n"})
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_FOREVER = float("inf")


class Program(NamedTuple):
    """`ends` is in seconds after the start, None for a server; `term` is the exit code after SIGTERM, None when it is ignored."""

    ends: float | None = None
    code: int = 0
    term: int | None = 0


def program_of(container: Object, *, idle_shells_end: bool) -> Program:
    """The program of a container (core/v1 Container); a shell that has nothing to do ends at once, if so wanted."""
    words = (*(container.get("command") or ()), *(container.get("args") or ()))
    if not container.get("command") and words and words[0].startswith("-"):
        words = ("", *words)  # arguments for the image's own entry point
    interactive = bool(container.get("stdin") or container.get("tty"))
    return _program(_repository(container["image"]), tuple(words) or ("",), interactive or not idle_shells_end)


@lru_cache(maxsize=1024)
def _program(image: str, words: tuple[str, ...], shells_stay: bool) -> Program:
    name = words[0].rpartition("/")[2]
    if name in _SHELLS and "-c" in _flags(words):
        script = next((word for word in words[1:] if not word.startswith("-")), "")
        return _script(image, script)
    rule = next((rule for rule in _rules() if _fits(rule, image, name, words)), {})
    if rule.get("shell"):
        return Program(None, 0, None) if shells_stay or _script_file(words) else Program(0.0)
    return _of_rule(rule, words)


def _of_rule(rule: Object, words: Sequence[str]) -> Program:
    term = None if rule.get("ignores-term") else rule.get("term", 0)
    ends = _slept(words[1:]) if rule.get("ends") == "argument" else rule.get("ends")
    code = _number(words[1:]) if rule.get("exit") == "argument" else rule.get("exit", 0)
    return Program(None if ends is None or ends == _FOREVER else float(ends), code, term)


def _script(image: str, script: str) -> Program:
    """A simple sequence of commands: how long it takes, and the code of the last that ran. One that has more to it runs on."""
    total, code, operator = 0.0, 0, ";"
    for following, words in _commands(script):
        if words and (operator in (";", "\n") or (operator == "&&") == (code == 0)):
            program = _program(image, tuple(words), True)
            if program.ends is None:
                return Program(None, 0, None)
            total, code = total + program.ends, program.code
            if words[0] == "exit":
                break
        operator = following
    return Program(total, code, None)


def _commands(script: str) -> list[tuple[str, list[str]]]:
    """The commands of a script, each with the operator that follows it; one that cannot be read is a command of its own."""
    lexer = shlex.shlex(script.strip().replace("\n", " ; "), posix=True, punctuation_chars=";&|<>()")
    lexer.whitespace_split = True
    found: list[tuple[str, list[str]]] = []
    words: list[str] = []
    try:
        for token in lexer:
            if token in _OPERATORS:
                found.append((token, words))
                words = []
            else:
                words.append(token)
    except ValueError:
        return [(";", ["unreadable"])]
    # A pipe takes as long as its first command, but a redirection changes nothing.
    return [(operator, _until(command)) for operator, command in [*found, (";", words)]]


def _until(words: list[str]) -> list[str]:
    for position, word in enumerate(words):
        if set(word) <= set("|<>&()"):
            return words[:position] if word != "&" else ["background"]
    return words


def _fits(rule: Object, image: str, name: str, words: Sequence[str]) -> bool:
    if "images" in rule and image not in rule["images"]:
        return False
    if "command" in rule and name not in rule["command"]:
        return False
    return "inline" not in rule or any(word in rule["inline"] for word in words[1:])


def _flags(words: Sequence[str]) -> set[str]:
    """The options before the script, `-ec` being -e and -c."""
    found = set()
    for word in words[1:]:
        if not word.startswith("-"):
            break
        found |= {f"-{letter}" for letter in word.strip("-")}
    return found


def _script_file(words: Sequence[str]) -> bool:
    return any(word and not word.startswith("-") for word in words[1:])


def _slept(words: Sequence[str]) -> float:
    if "infinity" in words:
        return _FOREVER
    return sum(float(found[1]) * _UNITS[found[2]] for word in words if (found := _DURATION.fullmatch(word)))


def _number(words: Sequence[str]) -> int:
    return int(words[0]) if words and words[0].isdigit() else 0


def _repository(image: str) -> str:
    """The last part of an image's name, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


@cache
def _rules() -> list[Object]:
    text = resources.files(__package__).joinpath("programs.yaml").read_text()
    rules: list[Object] = yaml.safe_load(text)
    return rules
