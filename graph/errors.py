"""Every error LitAtlas raises on purpose, in one tree.

    LitAtlasError
    ├── LibraryError
    │   ├── LibraryMissing       there is no library at that place
    │   ├── LibraryDamaged       a file is missing, cut or altered
    │   ├── LibraryTooNew        written by a later release
    │   ├── LibraryTooOld        written by an earlier release and not brought up to date yet
    │   └── LibraryBusy          another process is writing
    ├── StorageError             the disk is full or not writable
    ├── SourceError              what was to be read cannot be read
    │   ├── SourceMissing
    │   ├── SourceUnreadable
    │   └── NoPapersFound        readable, but it lists no paper
    ├── ServiceError             a service on the network gave no usable answer; says nothing about any paper
    │   ├── ServiceUnreachable   no connection: no network, no such host, refused, timed out before an answer
    │   ├── ServiceBusy          it asks to wait or fails (429, 5xx, cut or hanging bodies), after all tries
    │   ├── ServiceRefused       it will not answer (401, 403, a redirect elsewhere); asking again changes nothing
    │   │   └── RequestRefused   it will not answer this one request (400 and other 4xx)
    │   ├── AnswerUnreadable     it answers 200 with something that is not what it promises, after all tries
    │   ├── NotStored            --offline: the response store does not hold the answer
    │   └── FetchStopped         the caller's stop event was set while a request or a wait was under way
    ├── ModelError               the embedding model is absent, altered or of another kind
    ├── QueryError               the question cannot be answered as it was put
    │   ├── UnknownPaper
    │   ├── UnknownNode
    │   │   └── AmbiguousNode    several nodes have this name
    │   ├── InvalidFilter
    │   ├── InvalidSelection     an expression for a part of the graph that cannot be read
    │   ├── UnknownList          no reading list has this name
    │   ├── InvalidListName      blank, too long or taken
    │   └── WrongUsage           options that cannot be read, or do not go together
    ├── ExportError
    ├── ExtraMissing             an optional part is not installed
    ├── PortBusy                 the app cannot listen there
    └── Interrupted              Ctrl-C

`str(error)` says what happened and to which record; `error.advice` says what to do next.
"""

from __future__ import annotations


class LitAtlasError(Exception):
    """Base of all errors meant for people; anything else that escapes is a bug."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __reduce__(self) -> tuple[type[LitAtlasError], tuple[str, str]]:
        return type(self), (self.message, self.advice)


class LibraryError(LitAtlasError):
    """Something about the library directory."""


class LibraryMissing(LibraryError):
    """There is no library at that place."""


class LibraryDamaged(LibraryError):
    """A file of the library is missing, cut short or altered."""


class LibraryTooNew(LibraryError):
    """The library was written by a later release."""


class LibraryTooOld(LibraryError):
    """The library was written by an earlier release and was not brought up to date yet."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class StorageError(LitAtlasError):
    """The disk is full, read-only or failing."""


class SourceError(LitAtlasError):
    """What was to be read cannot be read."""


class SourceMissing(SourceError):
    """The file or directory does not exist."""


class SourceUnreadable(SourceError):
    """The file exists and cannot be understood."""


class NoPapersFound(SourceError):
    """The file was read and lists no paper."""


class ServiceError(LitAtlasError):
    """A service on the network gave no usable answer; that is an outage, never a fact about a paper."""


class ServiceUnreachable(ServiceError):
    """No connection to the service."""


class ServiceBusy(ServiceError):
    """The service asks to wait, or fails, and did so on every try."""


class ServiceRefused(ServiceError):
    """The service will not answer this request."""


class RequestRefused(ServiceRefused):
    """The service will not answer this one request; others it may."""


class AnswerUnreadable(ServiceError):
    """The service answered with something that is not what it promises."""


class NotStored(ServiceError):
    """Working offline, and the response store does not hold the answer."""


class FetchStopped(ServiceError):
    """The caller asked to stop; what was answered is stored, the rest is pending."""


class ModelError(LitAtlasError):
    """The embedding model is absent, altered, or not the one the index was made with."""


class QueryError(LitAtlasError):
    """A question that cannot be answered as it was put."""


class UnknownPaper(QueryError):
    """No paper of the library has this key, id or title."""


class UnknownNode(QueryError):
    """No taxonomy node has this key or name."""


class AmbiguousNode(UnknownNode):
    """Several taxonomy nodes have this name; the advice has their keys."""


class InvalidFilter(QueryError):
    """A filter value outside its range or vocabulary."""


class InvalidSelection(QueryError):
    """An expression for a part of the graph that cannot be read; the message says at which character.

    Attributes:
        at: the character, counted from 1; None where it is the whole that is too long, too deep or of too many parts.
    """

    def __init__(self, message: str, advice: str = "", *, at: int | None = None) -> None:
        super().__init__(message, advice)
        self.at = at


class UnknownList(QueryError):
    """No reading list has this name."""


class InvalidListName(QueryError):
    """A name that a reading list cannot have: blank, too long or taken."""


class WrongUsage(QueryError):
    """Options of a command that cannot be read, or do not go together."""


class ExportError(LitAtlasError):
    """The selection cannot be written in this format."""


class ExtraMissing(LitAtlasError):
    """An optional part of LitAtlas is not installed."""


class PortBusy(LitAtlasError):
    """The app cannot listen on this address."""


class Interrupted(LitAtlasError):
    """Whoever started the command stopped it."""
