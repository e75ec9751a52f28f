"""Whether two purposes are worded alike. A machine compares words; whether purposes are similar, people judge."""

import re

# What separates the things a purpose names, and the words that say nothing of what the money is for.
_BETWEEN = re.compile(r"[\s、，。；：,.;:（）()“”\"和与及或]+")
_EMPTY = re.compile(r"(等|用于|资助|支持|开展|活动|项目|服务|工作|方面|所有|各类|本社区|社区|居民)")


def covers(purpose: str, wanted: str) -> bool:
    """Whether every thing that `wanted` names is among the words of `purpose`.

    Nothing named is covered by nothing: where the words do not tell, the answer is no and people look.
    """
    named = _things(wanted)
    words = _EMPTY.sub("", _BETWEEN.sub("", purpose))
    return purpose.strip() == wanted.strip() != "" or (bool(named) and all(one in words for one in named))


def touches(purpose: str, words: str) -> bool:
    """Whether at least one of the things that `purpose` names is among the words of what is to be done."""
    said = _EMPTY.sub("", _BETWEEN.sub("", words))
    return any(thing in said for thing in _things(purpose))


def _things(purpose: str) -> list[str]:
    return [thing for part in _BETWEEN.split(purpose) if (thing := _EMPTY.sub("", part))]
