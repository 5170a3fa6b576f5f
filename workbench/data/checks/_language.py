"""A guess at the language of a text, from its letters and its commonest little words. Lists of our own, no model."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

_LEAST_WORDS, _LEAST_HITS, _LEAST_SHARE = 4, 2, 0.15
_READ = 2_000  # characters: enough to tell
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")

# Words that are frequent in one language and rare or absent in the others of the list.
_WORDS = {
    "Dutch": "de het een en van is dat niet zijn op te voor met die er aan wordt naar ook maar bij ik je wat heeft nog",
    "English": "the of and to in is that it for you with on are was this be as at not have from what how your they"
    " i my a an or we he she his her will can do does which when who whose should would could there were has had by",
    "French": "le la les des et est une un dans que qui pour pas je vous nous avec sur il elle du au ce ne se plus"
    " sont cette par mais ou leur être",
    "German": "der die das und ist ein eine nicht zu mit den dem auf für von sich im es ich wir sie auch wie dass"
    " oder bei nach wird sind was aus",
    "Italian": "il lo gli le e è un una di che per non con del della nel si sono ma più al dei alla anche questo",
    "Polish": "i w z na nie się to jest że do jak o co ale po czy od za dla tak są przez być oraz był",
    "Portuguese": "o a os as e é um uma de que em para não com do da no na por se mais como mas dos você são foi",
    "Spanish": "el la los las y es una un en que por para no se con del lo su al muy más pero como hay qué está son",
    "Swedish": "och att det som en på är av för med den till inte om ett har jag var men vi kan eller från",
    "Turkish": "bir ve bu için ile da de ne çok daha en gibi var olarak ama mı değil olan kadar sonra mi ki",
}
# The beginning of a letter's Unicode name says its script.
_SCRIPTS = {
    "ARABIC": "Arabic script",
    "BENGALI": "Bengali script",
    "CJK": "Chinese characters",
    "CYRILLIC": "Cyrillic script",
    "DEVANAGARI": "Devanagari script",
    "GREEK": "Greek",
    "HANGUL": "Korean",
    "HEBREW": "Hebrew script",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "TAMIL": "Tamil",
    "THAI": "Thai",
}


def guess(text: str) -> str | None:
    """The language, or the script where several languages share it; None where the text does not tell.

    Another script counts from half of the letters on; Japanese from its syllabic letters, however few. In Latin
    letters a language is named if two of four words or more, and 15 %, are its little words, more than any other's.
    """
    read = text[:_READ]
    scripts: Counter[str | None] = Counter()
    for letter, count in Counter(letter for letter in read if letter.isalpha()).items():
        scripts[_script(letter)] += count
    if scripts["Japanese"]:
        scripts["Japanese"] += scripts.pop("Chinese characters", 0)
    commonest = max(scripts, key=lambda script: scripts[script], default=None)
    if commonest is not None and 2 * scripts[commonest] >= scripts.total():
        return commonest
    return _of_words([word.casefold() for word in _WORD.findall(read)])


def _of_words(words: list[str]) -> str | None:
    if len(words) < _LEAST_WORDS:
        return None
    scores = Counter({language: sum(word in little for word in words) for language, little in _lists().items()})
    (first, best), (_, second) = scores.most_common(2)
    return first if best > second and best >= max(_LEAST_HITS, _LEAST_SHARE * len(words)) else None


@cache
def _script(letter: str) -> str | None:
    """None for Latin letters and for scripts that are not in the list."""
    return _SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0].split("-")[0])


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {language: frozenset(text.split()) for language, text in _WORDS.items()}
