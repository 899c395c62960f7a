"""What the tests of the first floor share: a list parsed from a few lines."""

from collections.abc import Callable

import pytest

from litatlas.graph.models import Source, SourceKind
from litatlas.ingest.facts import SurveyFacts
from litatlas.ingest.paper_list import parse_paper_list

SOURCE = Source("paper-list:tiny", SourceKind.PAPER_LIST, "tiny", "README.md")

Parse = Callable[[str], SurveyFacts]


@pytest.fixture(scope="session")
def parse() -> Parse:
    """Read a list given as text, under a title and one section unless it has headings itself."""

    def parse_text(text: str) -> SurveyFacts:
        if "#" not in text.split("\n", 1)[0]:
            text = f"# A Tiny Survey\n## Methods\n{text}"
        return parse_paper_list(text.encode(), SOURCE, survey_key="tiny")

    return parse_text
