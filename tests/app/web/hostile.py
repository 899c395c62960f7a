"""A library in which every text tries to become more than text."""

from __future__ import annotations

from pathlib import Path

from litatlas.graph.draft import Draft
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim, Placement, Source, SourceKind, Survey, TaxonomyNode

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png) <https://evil.example>",
    "$\\alpha^2$ and $$x$$ :material/home: :red[danger] :smile: :blue-badge[b] `code` **bold** _i_ ~~s~~",
    "\u202egnitirw desrever\u202c and \u2066isolated\u2069",
    "# heading\n\n- item\n\n> quote\n\n| a | b |\n|---|---|\n\n```\ncode\n```",
    "{{template}} {b} {c|x} %s \\ \" ' & &lt; &#60;",
    "=cmd|'/c calc'!A0 @SUM(1) \x1b[31mred\x1b[0m \x00\x07",
    "long " * 120,
    "https://evil.example/auto www.evil.example mail@evil.example",
)


SERVICES = tuple(
    Source(kind.value, kind, HOSTILE[n], HOSTILE[1], licence=HOSTILE[n])
    for n, kind in enumerate((SourceKind.ARXIV, SourceKind.SEMANTIC_SCHOLAR, SourceKind.OPENALEX))
)


def write(directory: Path) -> None:
    source = Source("list", SourceKind.PAPER_LIST, HOSTILE[0], HOSTILE[1], revision=HOSTILE[2], date=HOSTILE[3])
    with Library.edit(directory) as draft:
        draft.put_source(source)
        nodes = [
            TaxonomyNode(
                f"s/n{n}", "s", text, None if n < 3 else "s/n0", (text,) if n < 3 else (HOSTILE[0], text), n, n
            )
            for n, text in enumerate(HOSTILE)
        ]
        draft.put_survey(Survey("s", HOSTILE[2], "list", (PaperId(IdScheme.DOI, "10.1/a(b)[c] <d>"),)), nodes)
        for n, text in enumerate(HOSTILE):
            values = {
                "title": text,
                "abstract": f"{text}. Second sentence of {text}.",
                "authors": f"{text}; Ada {text}",
                "venue": text,
                "year": str(2000 + n),
                "link:code": "javascript:alert(1) Code",
                "link:paper": f"https://example.org/p{n} [x](https://evil.example/{n})",
                "link:other": f"https://example.org/{n} {text}",
            }
            draft.put_claims(
                f"p{n}", [Claim(f"p{n}", field, value, "list", n, text) for field, value in values.items()]
            )
            draft.put_claims(f"p{n}", [Claim(f"p{n}", "year", "1999", "list", 900)])
            draft.put_placements([Placement(f"p{n}", f"s/n{n}", "list", n, n)])
            draft.add_alias(PaperId(IdScheme.DOI, f"10.1000/[x_{n}_]($a$):red[b]"), f"p{n}", "list")
            draft.put_citations([Citation(f"p{n}", "p0", "list", n)] if n else [])
        _answer(draft)


def _answer(draft: Draft) -> None:
    """What services say of the same papers, just as hostile, down to the keys and days of their responses."""
    for source in SERVICES:
        draft.put_source(source)
        draft.put_retrieval(HOSTILE[2], source.key, HOSTILE[1], HOSTILE[0])
    for n, text in enumerate(HOSTILE):
        said = {
            "withdrawn": text,
            "comment": text,
            "tldr": text,
            "version": "3",
            "citation_count": "5",
            "title": text[1:],
        }
        draft.put_claims(f"p{n}", [Claim(f"p{n}", f, v, "arxiv", None, text, HOSTILE[2]) for f, v in said.items()])
        draft.put_claims(f"p{n}", [Claim(f"p{n}", "citation_count", "7", "semantic-scholar", response=HOSTILE[2])])
        draft.put_claims(f"p{n}", [Claim(f"p{n}", "retracted", "yes", "openalex")] if n % 2 else [])
        draft.add_alias(PaperId(IdScheme.S2, f"javascript:alert({n})"), f"p{n}", "semantic-scholar")
        other = f"p{(n + 1) % len(HOSTILE)}"
        words = (text, f"{text}. And {text}.")
        edge = Citation(f"p{n}", other, "semantic-scholar", None, text, words, (text,), True, (text,), HOSTILE[2])
        draft.put_citations([edge])
