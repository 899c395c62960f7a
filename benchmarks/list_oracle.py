"""An independent reading of each real list: its rows with a paper link, by rules that know the file.

Every list has its own few regular expressions, written from looking at it. Nothing of the reader is used, and no rule
here serves two lists, so that an error of the reader cannot hide in the oracle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Expected:
    """What a row of a list should be read as: title, address of its paper, names of its node from the top."""

    file: str
    line: int
    title: str
    url: str
    path: tuple[str, ...]


Oracle = Callable[[Path], Iterator[Expected]]


def _lines(path: Path) -> list[tuple[int, str]]:
    return list(enumerate(path.read_text(encoding="utf-8").split("\n"), start=1))


def _heading(line: str) -> tuple[int, str] | None:
    match = re.match(r"(#{1,6})\s+(.*?)\s*$", line)
    return (len(match[1]), match[2]) if match else None


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def efficient_llms(folder: Path) -> Iterator[Expected]:
    """``- Title, <ins>Venue, Year</ins> [[Paper](u)]`` under emoji headings from line 115 on."""
    path: list[str] = []
    spelled = {}  # the contents list's spelling of each name
    for number, line in _lines(folder / "README.md"):
        if number < 115:
            if entry := re.match(r"\s*- \[[^A-Za-z]*(.*?)\]\(#", line):
                spelled[re.sub(r"[^a-z]", "", entry[1].lower())] = entry[1]
            continue
        if found := _heading(line):
            depth, name = found[0] - 2, re.sub(r"^[^A-Za-z]+", "", found[1])
            name = spelled.get(re.sub(r"[^a-z]", "", name.lower()), name)
            if name == "Parameter Sharing":
                depth -= 1  # one level too deep; the contents list has it beside distillation
            path = [*path[:depth], name]
        elif re.match(r" ?- ", line) and (
            link := re.search(r"\[\s*Paper\]?\]?\s*\(\[?(?:https?[^\s\]]*\]\()?(https?:[^)\s]+)\)", line)
        ):
            title = re.split(r"[,，]?\s*<ins>|\s*\[\[|, (?:ICML )?2024</ins>", line.lstrip(" -"))[0]
            yield Expected("README.md", number, _plain(title).strip(" ,，"), link[1], tuple(path))


def llm_compression(folder: Path) -> Iterator[Expected]:
    """``- Title <br> Venue [[Paper]](u)``, in a few entries over two paragraphs; all under "Papers" but one tool."""
    top, section, title, start = "Papers", "", "", 0
    for number, line in _lines(folder / "README.md"):
        if found := _heading(line):
            top, section = ("Papers", found[1]) if found[0] == 3 else (found[1], "")
        if line.startswith("- "):
            start = number
            title = re.split(r"<br>|\[\[", line[2:])[0]
        link = re.search(r"\[\[[Pp]aper\]\]\s?\((\S+?)\)(?=\s|$|\[)", line)
        if link and start:
            name = _plain(title).rstrip(".")
            yield Expected("README.md", start, name, link[1], (top, section) if section else (top,))


def llm_inference(folder: Path) -> Iterator[Expected]:
    """``|Date|🔥[**Nick**] Title(@group)|[[pdf]](u)|[[Code]](u)|…|`` under headings of level 3."""
    section = ""
    for number, line in _lines(folder / "README.md"):
        if line.startswith("### "):
            section = re.sub(r"\(\[©.*", "", line).strip(" #📖")
        if not line.startswith("|20"):
            continue
        cells = line.split("|")
        link = re.search(r"\]\]?\((http\S+)\)", cells[3])
        if link is None or re.search(r"\[(blog|docs|code)\]", cells[3]):
            continue
        title = re.sub(r"^[🔥👆\s]*(\[[^\]]*\]\s*)*", "", cells[2])
        title = re.sub(r"\s*\(\s*@[^()]*\)?\s*$", "", title)
        yield Expected("README.md", number, _plain(title), link[1], (section,))


def llm_survey(folder: Path) -> Iterator[Expected]:
    """``1. <u>Nick</u>: **"Title"**. *Authors* Venue. [[Paper](u)]`` below "Paper List", bold lines as headings."""
    path: list[str] = []
    bold = ""
    for number, line in _lines(folder / "README.md"):
        if number < 530:
            continue
        if found := _heading(line):
            path, bold = [*path[: found[0] - 2], found[1]], ""
        elif match := re.fullmatch(r"\*\*([A-Z][\w ]+)\*\*\s*", line):
            bold = match[1]
        elif re.match(r"\d+\.\s", line) and (link := re.search(r"\[\[[Pp]aper\]?\(?\(?(http[^)\s]+)", line)):
            bolded = re.search(r"\*\*(.+?)\*\*", line)
            title = re.sub(r"^\s*[\"“”]|[\"“”]\W*$", "", bolded[1].strip(" .,")) if bolded else ""
            yield Expected(
                "README.md", number, _plain(title).strip(" ."), link[1], (*path, bold) if bold else tuple(path)
            )


def gnn(folder: Path) -> Iterator[Expected]:
    """``1. **Title.** Venue Year. [paper](u)``, authors in the paragraph below."""
    top, section = "", ""
    for number, line in _lines(folder / "README.md"):
        if match := re.match(r"(##+)\s+\[(.*?)\]", line):
            top, section = (match[2], "") if len(match[1]) == 2 else (top, match[2])
        item = re.match(r"\s*\d+\.\s+\*\*(.+?)\*\*", line)
        link = re.search(r"\[(?:paper|book)\]\((http\S+?)\)(?=\s|$|\[|\.)", line)
        if item and link:
            title = _plain(item[1].replace("\u00ad", "")).rstrip(".")
            yield Expected("README.md", number, title, link[1], (top, section) if section else (top,))


_TOPICS = {
    "efficient_architecture_llm.md": "Efficient Architecture of LLM",
    "efficient_moe.md": "Efficient MOE",
    "efficient_training.md": "Efficient Training",
    "hardware.md": "Hardware/System",
    "inference_acceleration.md": "Inference Acceleration",
    "knowledge_distillation.md": "Knowledge Distillation",
    "kv_cache_compression.md": "KV Cache Compression",
    "low_rank_decomposition.md": "Low-Rank Decomposition",
    "pruning.md": "Network Pruning",
    "quantization.md": "Quantization",
    "survey.md": "Survey (or Benchmark)",
    "text_compression.md": "Text Compression",
    "tuning.md": "Tuning",
}


def efficient_llm_tables(folder: Path) -> Iterator[Expected]:
    """``|badges <br> [Title](u) <br> Authors |…|[Paper](u)|`` and ``* badges [Title](u). Authors. [[Paper]](u)``."""
    for file, topic in _TOPICS.items():
        for number, line in _lines(folder / file):
            if row := _table_or_bullet(line):
                yield Expected(file, number, *row, (topic,))
    section = ""
    for number, line in _lines(folder / "efficient_plm" / "readme.md"):
        if line.startswith("## "):
            section = line[3:].strip()
        if row := _table_or_bullet(line):
            yield Expected("efficient_plm/readme.md", number, *row, ("Efficient-PLM", section))


def _table_or_bullet(line: str) -> tuple[str, str] | None:
    if not re.match(r"\|\s*(\[|!|<br>)|\* \[", line):
        return None
    bare = re.sub(r"\[?!\[[^\]]*\]\([^)]*\)(\]\([^)]*\))?", "", line)
    cell = bare.split("|")[1] if bare.startswith("|") else bare
    title = re.search(r"\[(.+?)\]\((\S*?)\)", cell)
    link = re.search(r"\[+[Pp]aper\]+\((http\S+?)\)", bare)
    if title is None or (link is None and not title[2].startswith("http")):
        return None
    return _plain(title[1]), link[1] if link else title[2]


ORACLES: dict[str, Oracle] = {
    "efficient-llms": efficient_llms,
    "llm-compression": llm_compression,
    "llm-inference": llm_inference,
    "llm-survey": llm_survey,
    "gnn": gnn,
    "efficient-llm-tables": efficient_llm_tables,
}
