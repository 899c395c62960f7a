"""What can be wrong with a service, as a plan that the loopback server follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """Faults on the way: instead of, or in the middle of, an answer."""

    RATE_LIMIT = "rate-limit"
    ERROR = "error"
    HANG = "hang"
    DRIP = "drip"
    DRIP_HEADERS = "drip-headers"
    CUT = "cut"
    CUT_MATCHING = "cut-matching"
    HTML = "html"
    GARBAGE = "garbage"
    REFUSE = "refuse"
    REDIRECT = "redirect"
    ENDLESS = "endless"
    BOMB = "bomb"


class Oddity(StrEnum):
    """Faults in what an otherwise good answer says."""

    SHUFFLED = "shuffled"
    VERSIONED = "versioned"
    DUPLICATES = "duplicates"
    NULL_ABSTRACTS = "null-abstracts"
    ELIDED = "elided"
    WRONG_LENGTH = "wrong-length"
    PARTIAL = "partial"
    WRONG_PAPERS = "wrong-papers"


@dataclass
class Rule:
    """A fault for the next `times` requests whose path has `path` in it; None: for all.

    Attributes:
        status: of an error, a refusal or a redirect.
        retry_after: the header's value, if one is sent.
        seconds: that a hanging answer takes, or between two bytes of a dripping one.
        location: of a redirect.
        skip: requests that pass before the fault begins.
    """

    fault: Fault
    path: str = "/"
    times: int | None = None
    status: int = 500
    retry_after: str | None = None
    seconds: float = 30.0
    location: str = ""
    skip: int = 0

    def applies(self, path: str) -> bool:
        """Whether this request is met by the fault; counts it."""
        if self.path not in path or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Plan:
    """Everything that is wrong with the server."""

    rules: list[Rule] = field(default_factory=list)
    oddities: frozenset[Oddity] = frozenset()

    def next_fault(self, path: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.applies(path)), None)
