"""What a service said in the library that the response store does not hold any more.

The store is a file of its own: it may be removed, or a library copied without it. What was read from it stays in the
library until the service answers again about the same paper.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from litatlas.graph import rows
from litatlas.graph.draft import Draft
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Citation, Claim, Retrieval


@dataclass(frozen=True, slots=True)
class EarlierAnswers:
    """Claims, ids and citations of one service whose responses are not at hand, by the subject they are about."""

    claims: dict[str, list[Claim]]
    ids: dict[str, list[PaperId]]
    citations: dict[str, list[Citation]]
    retrievals: tuple[Retrieval, ...]

    @classmethod
    def of(cls, draft: Draft, source: str, at_hand: Collection[str]) -> EarlierAnswers:
        """Take note of them before the source is withdrawn.

        Args:
            at_hand: keys of the responses that the store holds.
        """
        claims: dict[str, list[Claim]] = {}
        columns = rows.CLAIM_COLUMNS.replace("paper", "subject", 1)
        for row in draft.connection.execute(f"SELECT {columns} FROM claims WHERE source = ?", (source,)):
            if row[-1] not in at_hand:
                claims.setdefault(row[0], []).append(Claim(*row))
        ids: dict[str, list[PaperId]] = {}
        sql = "SELECT subject, scheme, value FROM paper_ids WHERE source = ? AND stale = 0"
        for subject, scheme, value in draft.connection.execute(sql, (source,)):
            if subject in claims:
                ids.setdefault(subject, []).append(PaperId(IdScheme(scheme), value))
        citations: dict[str, list[Citation]] = {}
        columns = rows.CITATION_COLUMNS.replace("citing, cited", "citing_subject, cited_subject", 1)
        for row in draft.connection.execute(f"SELECT {columns} FROM citations WHERE source = ?", (source,)):
            if row[-1] not in at_hand:
                citations.setdefault(row[0], []).append(rows.citation_from_row(row))
        sql = "SELECT response, source, url, retrieved FROM retrievals WHERE source = ?"
        found = (Retrieval(*row) for row in draft.connection.execute(sql, (source,)))
        return cls(claims, ids, citations, tuple(each for each in found if each.response not in at_hand))

    def put_back(self, draft: Draft, source: str, answered: Collection[str], citing: Collection[str]) -> None:
        """Put back what is about subjects that the service has not answered about again.

        Args:
            answered: subjects of the claims that were put anew.
            citing: subjects whose citations were put anew.
        """
        for subject in self.claims.keys() - set(answered):
            draft.put_claims(subject, self.claims[subject])
            for paper_id in self.ids.get(subject, ()):
                draft.add_alias(paper_id, subject, source)
        for subject in self.citations.keys() - set(citing):
            draft.put_citations(self.citations[subject])
        for each in self.retrievals:
            draft.put_retrieval(each.response, source, each.url, each.retrieved)
