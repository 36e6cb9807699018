"""Regular expressions of AWS's service models (Java syntax) as Python patterns.

The models' patterns are matched against the whole value. Nearly all of them are valid in both
languages; what is not are the Unicode categories (``\\p{L}``) and one surrogate-pair notation.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata

_POSIX = {"Alnum": "a-zA-Z0-9", "Alpha": "a-zA-Z", "Digit": "0-9", "Upper": "A-Z", "Lower": "a-z"}
# Java reads the surrogate pairs of this class as characters beyond the basic plane.
_SURROGATES = "\\uD800\\uDC00-\\uDBFF\\uDFFF"


@functools.cache
def _category(letter: str) -> str:
    """The content of a character class with every character of one Unicode major category."""
    if letter in _POSIX:
        return _POSIX[letter]
    ranges: list[str] = []
    start = -1
    # Planes 4 to 13 hold no assigned characters.
    for code in range(0x40001):
        inside = code < 0x40000 and unicodedata.category(chr(code)).startswith(letter)
        if inside and start < 0:
            start = code
        elif not inside and start >= 0:
            ranges.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = -1
    return "".join(ranges)


_NAMED = re.compile(r"\\p\{(\w+)\}")


def _translate(pattern: str) -> str:
    pattern = pattern.replace(_SURROGATES, f"\\U00010000-\\U{sys.maxunicode:08x}")
    # A quantifier right after the end anchor is a slip of the model; the length is checked anyway.
    pattern = re.sub(r"\$\{\d+,\d+\}$", "", pattern)
    out: list[str] = []
    position = 0
    in_class = False
    while position < len(pattern):
        named = _NAMED.match(pattern, position)
        char = pattern[position]
        if named:
            content = _category(named.group(1))
            out.append(content if in_class else f"[{content}]")
            position = named.end()
        elif char == "\\":
            out.append(pattern[position : position + 2])
            position += 2
        else:
            # Python reserves an unescaped "[" inside a class for later use.
            out.append("\\[" if char == "[" and in_class else char)
            in_class = char == "[" or (in_class and char != "]")
            position += 1
    return "".join(out)


@functools.cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The Python pattern equal to a model's Java pattern; use ``fullmatch``."""
    return re.compile(_translate(pattern))
