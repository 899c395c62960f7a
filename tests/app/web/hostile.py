"""A library in which every text tries to become more than text."""

from __future__ import annotations

from pathlib import Path

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
