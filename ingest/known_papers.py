"""The papers of a library as they look to a record that is to find its own among them."""

from __future__ import annotations

from litatlas.graph.draft import Draft
from litatlas.graph.identity import PaperId, title_key
from litatlas.graph.matching import KnownPaper, Wanted
from litatlas.graph.models import SERVICES, Claim
from litatlas.graph.sameness import Verdict


class KnownPapers:
    """What lists, files and readers say in the library, for finding a record's paper.

    Subjects that they join are one paper here. Services are left out, so that what a list is about is decided in the
    same way before and after they were asked.
    """

    def __init__(self, draft: Draft) -> None:
        """Take this after the claims of the source at work are withdrawn."""
        self._draft = draft
        self._groups = draft.groups(by_services=False)
        self._members: dict[str, list[str]] = {}
        for subject, paper in sorted(self._groups.items()):
            self._members.setdefault(paper, []).append(subject)
        self._services = {
            key for key, kind in draft.connection.execute("SELECT key, kind FROM sources") if kind in SERVICES
        }
        self._claimants: dict[str, set[str]] = {}
        query = "SELECT subject, substr(field, 4) || ':' || value, source FROM claims WHERE field LIKE 'id:%'"
        for subject, paper_id, source in draft.connection.execute(query):
            if source not in self._services:
                self._claimants.setdefault(paper_id, set()).add(subject)
        self._apart: dict[str, set[str]] = {}
        for (first, second), verdict in draft.verdicts().items():
            if verdict is Verdict.APART:
                self._apart.setdefault(first, set()).add(second)
                self._apart.setdefault(second, set()).add(first)

    def candidates(self, wanted: Wanted) -> list[KnownPaper]:
        """Papers that share an id, disputed or not, or a title key with the record."""
        subjects = {subject for paper_id in wanted.ids for subject in self._claimants.get(str(paper_id), ())}
        for key in {title_key(title) for title in wanted.titles} - {""}:
            subjects.update(known.subject for known in self._draft.find_by_title_key(key))
        papers = sorted({self._groups.get(subject, subject) for subject in subjects})
        found = ((paper, self._claims(paper)) for paper in papers)
        return [KnownPaper.from_claims(paper, claims) for paper, claims in found if claims]

    def _claims(self, paper: str) -> list[Claim]:
        return [
            claim
            for subject in self._members.get(paper, [paper])
            for claim in self._draft.claims_of(subject)
            if claim.source not in self._services
        ]

    def is_apart(self, paper: str, subject: str) -> bool:
        """Whether a reader keeps this subject apart from a part of this paper."""
        return not self._apart.get(subject, set()).isdisjoint(self._members.get(paper, [paper]))

    def claimants(self, paper_id: PaperId) -> set[str]:
        """The papers for which somebody claims this id, rightly or not."""
        return {self._groups.get(subject, subject) for subject in self._claimants.get(str(paper_id), ())}

    def subject(self, key: str) -> KnownPaper | None:
        """The subject with this key, by itself, as lists and files know it."""
        claims = [claim for claim in self._draft.claims_of(key) if claim.source not in self._services]
        return KnownPaper.from_claims(key, claims) if claims else None
