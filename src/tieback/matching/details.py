"""What a name adds without telling which project it is: reference codes, and where a stretch ends.

"Gravesend Park (B042-109M)" is Gravesend Park with a code behind it, which speaks for a pair where
the other name has the code too, and for nothing where it has none. The cross streets in "202 St
between 118 Av and Linden Blvd" limit the works on 202 St in the same way.
"""

import re

from tieback.matching.names import NameReader

# Letters and three digits or more in one piece or on both sides of a dash, of which the last part
# may have been cut; a digit, a dash and five or more.
_CODE = r"""
    (?<![\w-]) (?:
        [a-z]{2,6} -? \d{3,} [a-z0-9]{0,3} (?:-\d+)*
      | [a-z] \d{2,3} - \d{1,4} [a-z]{0,2}
      | [a-z]{3,6} - \d{1,2} $
      | \d - \d{5,}
    ) (?!\w)
"""
_STRETCH = r"""
    \b (?: between | betw | btwn | bet | b/t ) \b .*?
        (?: (?:\band\b|&) \s* (?:[\w.']+\s*){0,2} | $ )
  | \b (?: from | frm ) \b .*? \b (?: to | thru | through ) \b \s* (?:[\w.']+\s*){0,2}
"""
_DETAIL = re.compile(f"{_CODE} | {_STRETCH}", re.VERBOSE | re.IGNORECASE)
# What one of the patterns needs, so that most names are not looked at further.
_MAY = re.compile(r"\d{3}|-\d|\b(?:bet|b/t|btwn|fro?m)", re.IGNORECASE)


def detail_places(name: str, words: NameReader) -> list[tuple[int, int]]:
    """From which word of a name, as read, to before which one stands a detail."""
    if not _MAY.search(name):
        return []
    return [
        (len(words.words(name[: found.start()])), len(words.words(name[: found.end()])))
        for found in _DETAIL.finditer(name)
    ]
