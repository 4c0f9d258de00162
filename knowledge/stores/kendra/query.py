"""A question as short as Kendra reads it.

Kendra looks at the first 30 words that are no stop words, and takes 1,000 characters: identifiers that were
cut into their parts, numbers and repetitions would use them up.
"""

from __future__ import annotations

from knowledge.question import STOP, WORD

# Kendra API Reference, Query: QueryText. LangChain's retriever stops at the same number of characters.
WORDS = 30
CHARACTERS = 1_000


def query_text(text: str) -> str:
    """The first words that tell something, each once, in their order."""
    words: dict[str, str] = {}
    for word in WORD.findall(text):
        if not word.isdigit() and len(word) > 1 and word.lower() not in STOP:
            words.setdefault(word.lower(), word)
    told = ""
    for word in list(words.values())[:WORDS]:
        longer = f"{told} {word}".strip()
        if len(longer) > CHARACTERS:
            break
        told = longer
    return told
