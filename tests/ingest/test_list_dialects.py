"""Lists in dialects that none of the real lists at hand uses, each with what a person reads in them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from litatlas.graph.errors import NoPapersFound
from litatlas.graph.models import WorkKind

ARXIV = "https://arxiv.org/abs/"


@dataclass(frozen=True)
class Said:
    """What an entry should be read as; None where the entry does not say it."""

    title: str
    url: str
    path: tuple[str, ...] = ("Methods",)
    venue: str | None = None
    year: str | None = None
    authors: str | None = None
    code: str | None = None


DIALECTS: dict[str, tuple[str, list[Said]]] = {
    "a table with columns for everything": (
        "| # | Paper title | Authors | Venue | Year | Links |\n|-|-|-|-|-|-|\n"
        f"| 1 | Deep Sets of Things | Ada Byron, Karl Weiss | NeurIPS | 2021 | [pdf]({ARXIV}2101.00001) [code](https://github.com/a/sets) |\n"
        f"| 2 | Are Graphs Enough? | Lin Wu | ICLR'22 | 2022 | [pdf]({ARXIV}2101.00002) |\n",
        [
            Said("Deep Sets of Things", f"{ARXIV}2101.00001", ("Methods",), "NeurIPS", "2021", "Ada Byron; Karl Weiss", "https://github.com/a/sets"),
            Said("Are Graphs Enough?", f"{ARXIV}2101.00002", ("Methods",), "ICLR", "2022", "Lin Wu"),
        ],
    ),
    "bold links, names in italics, a venue at the end": (
        f"- **[Sparse Ways of Seeing]({ARXIV}2201.00001)** - *Ada Byron, Karl Weiss*, CVPR 2022.\n"
        f"- **[Less Is Less: a Reply]({ARXIV}2201.00002)** - *Lin Wu*, arXiv 2022.\n",
        [
            Said("Sparse Ways of Seeing", f"{ARXIV}2201.00001", ("Methods",), "CVPR", "2022", "Ada Byron; Karl Weiss"),
            Said("Less Is Less: a Reply", f"{ARXIV}2201.00002", ("Methods",), "arXiv", "2022", "Lin Wu"),
        ],
    ),
    "sentences, and links by reference": (
        "* Learning to Wait. Ada Byron, Karl Weiss. ICML 2020. [[pdf][wait]] [[code][wait-code]]\n"
        "* On Waiting Longer. Lin Wu et al. KDD 2021. [[pdf][longer]]\n\n"
        f"[wait]: {ARXIV}2001.00001\n[wait-code]: https://github.com/a/wait\n[longer]: {ARXIV}2001.00002\n",
        [
            Said("Learning to Wait", f"{ARXIV}2001.00001", ("Methods",), "ICML", "2020", "Ada Byron; Karl Weiss", "https://github.com/a/wait"),
            Said("On Waiting Longer", f"{ARXIV}2001.00002", ("Methods",), "KDD", "2021"),
        ],
    ),
    "outer bullets name the topics": (
        f"- Attention\n  - Looking Twice, ICLR 2021 [[paper]({ARXIV}2002.00001)]\n  - Looking Away [[paper]({ARXIV}2002.00002)]\n"
        f"- Memory:\n  - Forgetting on Purpose (ACL 2022) [[paper]({ARXIV}2002.00003)]\n- Sorted Nowhere [[paper]({ARXIV}2002.00004)]\n",
        [
            Said("Looking Twice", f"{ARXIV}2002.00001", ("Methods", "Attention"), "ICLR", "2021"),
            Said("Looking Away", f"{ARXIV}2002.00002", ("Methods", "Attention")),
            Said("Forgetting on Purpose", f"{ARXIV}2002.00003", ("Methods", "Memory"), "ACL", "2022"),
            Said("Sorted Nowhere", f"{ARXIV}2002.00004", ("Methods",)),
        ],
    ),
    "bare addresses in the text": (
        f"- Small Steps in Large Spaces ({ARXIV}2003.00001)\n- Large Steps in Small Spaces, EMNLP 2020: {ARXIV}2003.00002\n"
        "- Steps Without Spaces, arXiv:2003.00003\n",
        [
            Said("Small Steps in Large Spaces", f"{ARXIV}2003.00001"),
            Said("Large Steps in Small Spaces", f"{ARXIV}2003.00002", ("Methods",), "EMNLP", "2020"),
            Said("Steps Without Spaces", f"{ARXIV}2003.00003", ("Methods",), "arXiv"),
        ],
    ),
    "a Chinese table": (
        "| 论文 | 会议 | 年份 | 代码 |\n|-|-|-|-|\n"
        f"| [Counting What Counts]({ARXIV}2004.00001) | AAAI | 2021 | [代码](https://github.com/a/count) |\n"
        f"| [图神经网络的若干问题]({ARXIV}2004.00002) | IJCAI | 2022 | - |\n",
        [
            Said("Counting What Counts", f"{ARXIV}2004.00001", ("Methods",), "AAAI", "2021", None, "https://github.com/a/count"),
            Said("图神经网络的若干问题", f"{ARXIV}2004.00002", ("Methods",), "IJCAI", "2022"),
        ],
    ),
    "Chinese headings and brackets": (
        f"# 大模型论文\n## 量化\n- 【ICLR 2023】Rounding Errors Considered [[论文]({ARXIV}2005.00001)] [[代码](https://github.com/a/round)]\n"
        f"## 剪枝\n- 【NeurIPS 2022】Cutting Corners Well [[论文]({ARXIV}2005.00002)]\n",
        [
            Said("Rounding Errors Considered", f"{ARXIV}2005.00001", ("量化",), "ICLR", "2023", None, "https://github.com/a/round"),
            Said("Cutting Corners Well", f"{ARXIV}2005.00002", ("剪枝",), "NeurIPS", "2022"),
        ],
    ),
    "an HTML list": (
        f'<ul>\n<li><a href="{ARXIV}2006.00001">Trees All the Way Down</a>, <i>Ada Byron, Karl Weiss</i>, KDD 2020</li>\n\n'
        f'<li><b>Roots All the Way Up</b>. WSDM 2021. <a href="{ARXIV}2006.00002">[PDF]</a></li>\n</ul>\n',
        [
            Said("Trees All the Way Down", f"{ARXIV}2006.00001", ("Methods",), "KDD", "2020", "Ada Byron; Karl Weiss"),
            Said("Roots All the Way Up", f"{ARXIV}2006.00002", ("Methods",), "WSDM", "2021"),
        ],
    ),
    "an HTML table with a cell over several rows": (
        "<table>\n<tr><th>Topic</th><th>Title</th><th>Venue</th><th>Link</th></tr>\n"
        f'<tr><td rowspan="2">Speech</td><td>Hearing Without Listening</td><td>ICASSP 2021</td><td><a href="{ARXIV}2007.00001">pdf</a></td></tr>\n\n'
        f'<tr><td>Listening Without Hearing</td><td>Interspeech 2022</td><td><a href="{ARXIV}2007.00002">pdf</a></td></tr>\n</table>\n',
        [
            Said("Hearing Without Listening", f"{ARXIV}2007.00001", ("Methods",), "ICASSP", "2021"),
            Said("Listening Without Hearing", f"{ARXIV}2007.00002", ("Methods",), "Interspeech", "2022"),
        ],
    ),
    "folding sections with names": (
        f"<details>\n<summary><b>Robots</b></summary>\n\n- Reaching for the Door, ICRA 2020 [[paper]({ARXIV}2008.00001)]\n\n</details>\n\n"
        f"<details><summary>Cars</summary>\n\n- Waiting at the Light, IROS 2021 [[paper]({ARXIV}2008.00002)]\n\n</details>\n\n"
        f"- Standing Still [[paper]({ARXIV}2008.00003)]\n",
        [
            Said("Reaching for the Door", f"{ARXIV}2008.00001", ("Methods", "Robots"), "ICRA", "2020"),
            Said("Waiting at the Light", f"{ARXIV}2008.00002", ("Methods", "Cars"), "IROS", "2021"),
            Said("Standing Still", f"{ARXIV}2008.00003", ("Methods",)),
        ],
    ),
    "tags instead of headings": (
        f"# Tagged\n\n- `vision` Seeing the Point [[paper]({ARXIV}2009.00001)] #vision\n- Saying the Point [[paper]({ARXIV}2009.00002)] #language\n"
        f"- Seeing the Line [[paper]({ARXIV}2009.00003)] #vision\n- Saying the Line [[paper]({ARXIV}2009.00004)] #language\n",
        [
            Said("Seeing the Point", f"{ARXIV}2009.00001", ("vision",)),
            Said("Saying the Point", f"{ARXIV}2009.00002", ("language",)),
            Said("Seeing the Line", f"{ARXIV}2009.00003", ("vision",)),
            Said("Saying the Line", f"{ARXIV}2009.00004", ("language",)),
        ],
    ),
    "a column of tags instead of headings": (
        "# Tagged\n\n| Title | Category | Link |\n|-|-|-|\n"
        f"| One Way of Cutting | pruning | [paper]({ARXIV}2010.00001) |\n| Two Ways of Rounding | quantization | [paper]({ARXIV}2010.00002) |\n"
        f"| Three Ways of Cutting | pruning | [paper]({ARXIV}2010.00003) |\n| Four Ways of Rounding | quantization | [paper]({ARXIV}2010.00004) |\n",
        [
            Said("One Way of Cutting", f"{ARXIV}2010.00001", ("pruning",)),
            Said("Two Ways of Rounding", f"{ARXIV}2010.00002", ("quantization",)),
            Said("Three Ways of Cutting", f"{ARXIV}2010.00003", ("pruning",)),
            Said("Four Ways of Rounding", f"{ARXIV}2010.00004", ("quantization",)),
        ],
    ),
    "emoji for bullets, and lines of a paragraph": (
        f"📄 Bread from Stones (NeurIPS 2019) [[paper]({ARXIV}2011.00001)] [[code](https://github.com/a/bread)]\n"
        f"📄 Stones from Bread (ICML 2020) [[paper]({ARXIV}2011.00002)]\n",
        [
            Said("Bread from Stones", f"{ARXIV}2011.00001", ("Methods",), "NeurIPS", "2019", None, "https://github.com/a/bread"),
            Said("Stones from Bread", f"{ARXIV}2011.00002", ("Methods",), "ICML", "2020"),
        ],
    ),
    "paragraphs with the venue in front": (
        f"[CVPR 2023] Points of Light in Fog [[paper]({ARXIV}2012.00001)] [[code](https://github.com/a/fog)]\n\n"
        f"[ICCV'21] Fog on Points of Light [[paper]({ARXIV}2012.00002)]\n",
        [
            Said("Points of Light in Fog", f"{ARXIV}2012.00001", ("Methods",), "CVPR", "2023", None, "https://github.com/a/fog"),
            Said("Fog on Points of Light", f"{ARXIV}2012.00002", ("Methods",), "ICCV", "2021"),
        ],
    ),
    "citations that begin with their authors": (
        f'1. Byron, A., and Weiss, K. "Engines of Difference." In Proc. of ICML, 2019. [PDF]({ARXIV}1901.00001)\n'
        f"1. Lin Wu, Karl Weiss. Differences of Engines. AAAI 2020. [PDF]({ARXIV}1901.00002)\n",
        [
            Said("Engines of Difference", f"{ARXIV}1901.00001", ("Methods",), "ICML", "2019", "A. Byron; K. Weiss"),
            Said("Differences of Engines", f"{ARXIV}1901.00002", ("Methods",), "AAAI", "2020", "Lin Wu; Karl Weiss"),
        ],
    ),
    "details in narrower bullets": (
        f"- [Half a Loaf]({ARXIV}1902.00001)\n  - Authors: Ada Byron, Karl Weiss\n  - Venue: WWW 2019\n  - Code: [link](https://github.com/a/loaf)\n"
        f"- [A Whole Loaf]({ARXIV}1902.00002)\n  - *Lin Wu, Karl Weiss*\n",
        [
            Said("Half a Loaf", f"{ARXIV}1902.00001", ("Methods",), "WWW", "2019", "Ada Byron; Karl Weiss", "https://github.com/a/loaf"),
            Said("A Whole Loaf", f"{ARXIV}1902.00002", ("Methods",), None, None, "Lin Wu; Karl Weiss"),
        ],
    ),
    "dates in front, badges behind": (
        f"- (2023.05) **A Measure of Doubt** [![arXiv](https://img.shields.io/badge/arXiv-2305.00001-b31b1b.svg)]({ARXIV}2305.00001)"
        " ![](https://img.shields.io/badge/NeurIPS-2023-blue) [![Star](https://img.shields.io/github/stars/a/doubt.svg)](https://github.com/a/doubt)\n"
        f"- 2023/10 | Doubting the Measure | [paper]({ARXIV}2310.00002)\n",
        [
            Said("A Measure of Doubt", f"{ARXIV}2305.00001", ("Methods",), "NeurIPS", "2023", None, "https://github.com/a/doubt"),
            Said("Doubting the Measure", f"{ARXIV}2310.00002", ("Methods",), None, "2023"),
        ],
    ),
    "papers under Setext headings, links named by the venue": (
        f"The List\n========\n\nOptics\n------\n* Bending Light Gently [[Nature 2020]({ARXIV}1903.00001)]\n\nSound\n-----\n* Bending Sound Gently [[ICASSP 2021]({ARXIV}1903.00002)]\n",
        [
            Said("Bending Light Gently", f"{ARXIV}1903.00001", ("The List", "Optics"), "Nature", "2020"),
            Said("Bending Sound Gently", f"{ARXIV}1903.00002", ("The List", "Sound"), "ICASSP", "2021"),
        ],
    ),
    "a table with rows that are headings": (
        "| Paper | Conference | Link |\n|-|-|-|\n| **Early work** | | |\n"
        f"| Starting from Nothing | UAI 2001 | [pdf]({ARXIV}1904.00001) |\n| **Late work** | | |\n| Ending with Nothing | UAI 2011 | [pdf]({ARXIV}1904.00002) |\n",
        [
            Said("Starting from Nothing", f"{ARXIV}1904.00001", ("Methods", "Early work"), "UAI", "2001"),
            Said("Ending with Nothing", f"{ARXIV}1904.00002", ("Methods", "Late work"), "UAI", "2011"),
        ],
    ),
    "checkboxes, code marks and quotation marks": (
        f"- [x] `ICLR 2020` \"Ticking Every Box\" [[paper]({ARXIV}1905.00001)]\n- [ ] `ICLR 2021` \"Leaving One Open\", Lin Wu and Karl Weiss [[paper]({ARXIV}1905.00002)]\n",
        [
            Said("Ticking Every Box", f"{ARXIV}1905.00001", ("Methods",), "ICLR", "2020"),
            Said("Leaving One Open", f"{ARXIV}1905.00002", ("Methods",), "ICLR", "2021", "Lin Wu; Karl Weiss"),
        ],
    ),
    "headings that are the papers": (
        f"### [Roads Without Towns]({ARXIV}1906.00001)\nSome words.\n### [Towns Without Roads]({ARXIV}1906.00002)\n### [Neither]({ARXIV}1906.00003)\n",
        [
            Said("Roads Without Towns", f"{ARXIV}1906.00001"),
            Said("Towns Without Roads", f"{ARXIV}1906.00002"),
            Said("Neither", f"{ARXIV}1906.00003"),
        ],
    ),
    "a plain title, then names and the venue in italics": (
        f"- [2023/05] Doors: Opening Them with One Hand *Ada Byron et al. ICRA.* [[paper]({ARXIV}2305.10001)]\n"
        f"- [2022/01] Windows of All Sizes *Lin Wu(Some Institute) et al. IEEE(RAL)* [[paper]({ARXIV}2201.10002)]\n",
        [
            Said("Doors: Opening Them with One Hand", f"{ARXIV}2305.10001", ("Methods",), "ICRA", "2023"),
            Said("Windows of All Sizes", f"{ARXIV}2201.10002", ("Methods",), "IEEE RAL", "2022"),
        ],
    ),
    "dates whose narrower bullets are the papers": (
        f"- **[2025.02.07]**\n    - Paper: [A Long Memory for Small Things](https://openreview.net/forum?id=abcdefg) ICLR 2025\n"
        f"    - Paper: [Forgetting in Order]({ARXIV}2502.10001)\n- **[2025.01.30]**\n    - Paper: [Short Memories]({ARXIV}2501.10002)\n",
        [
            Said("A Long Memory for Small Things", "https://openreview.net/forum?id=abcdefg", ("Methods",), "ICLR", "2025"),
            Said("Forgetting in Order", f"{ARXIV}2502.10001"),
            Said("Short Memories", f"{ARXIV}2501.10002"),
        ],
    ),
    "a group with the links, the title below it": (
        f"* Univ. Somewhere [[Paper]({ARXIV}1406.10001)] [[Web](https://some.example.org)]\n"
        f"  * Ada Byron, Karl Weiss, and Lin Wu, *Reading the Lines Between*, arXiv:1406.10001 / EMNLP 2014\n"
        f"* Ada Byron, Karl Weiss, Networks of Memory, arXiv:1410.10002. [[Paper]({ARXIV}1410.10002)]\n",
        [
            Said("Reading the Lines Between", f"{ARXIV}1406.10001", ("Methods",), "EMNLP", "2014", "Ada Byron; Karl Weiss; Lin Wu"),
            Said("Networks of Memory", f"{ARXIV}1410.10002", ("Methods",), "arXiv", None, "Ada Byron; Karl Weiss"),
        ],
    ),
    "numbered citations in paragraphs, one in a section, headings without a blank": (
        f"# A Way In\n\n#1 First Steps\n\n"
        f'**[1]** Byron, Ada, Karl Weiss, and Lin Wu. "**Slow learning**." Nature 521.7553 (2015): 436-444. [[pdf]]({ARXIV}1501.10001) **(Where to begin, you can read this first)** :star::star::star:\n\n'
        f"##1.1 Second Steps\n\n"
        f'**[2]** Weiss, Karl, and Lin Wu. "**Slower learning**." arXiv preprint arXiv:1601.10002 (2016). [[pdf]]({ARXIV}1601.10002) **(Slow)** :star::star:\n\n'
        f'**[3]** Wu, Lin, et al. "Slowest Steps." arXiv preprint arXiv:1701.10003 (2017). [[pdf]]({ARXIV}1701.10003)\n\n'
        f'**[4]** A. Byron, L. Wu "**Learning No More at All**." ICML. 2018. [[pdf]]({ARXIV}1801.10004)\n\n'
        f'**[5]** Byron, Ada. "**Steps of All Sizes**." ICML (3) 28 (2013): 1-9. [[pdf]]({ARXIV}1301.10005)\n',
        [
            Said("Slow learning", f"{ARXIV}1501.10001", ("1 First Steps",), "Nature", "2015", "Ada Byron; Karl Weiss; Lin Wu"),
            Said("Slower learning", f"{ARXIV}1601.10002", ("1 First Steps", "1.1 Second Steps"), "arXiv", "2016", "Karl Weiss; Lin Wu"),
            Said("Slowest Steps", f"{ARXIV}1701.10003", ("1 First Steps", "1.1 Second Steps"), "arXiv", "2017"),
            Said("Learning No More at All", f"{ARXIV}1801.10004", ("1 First Steps", "1.1 Second Steps"), "ICML", "2018", "A. Byron; L. Wu"),
            Said("Steps of All Sizes", f"{ARXIV}1301.10005", ("1 First Steps", "1.1 Second Steps"), "ICML", "2013"),
        ],
    ),
    "titles in bold over lines of labelled addresses": (
        f"# 论文合集\n\n- [一](#a)\n- [二](#b)\n- [三](#c)\n\n<a name=\"a\"></a>\n\n# 一\n\n**Seeing with Both Eyes**\n\n- CVPR 2020 Oral\n\n- 论文：{ARXIV}2003.10001\n\n"
        f"- 代码（即将开源）：https://github.com/a/eyes\n\n<a name=\"b\"></a>\n\n# 二\n\n**Seeing with One Eye**\n\n论文下载链接：{ARXIV}2003.10002\n\n代码：https://github.com/a/eye\n",
        [
            Said("Seeing with Both Eyes", f"{ARXIV}2003.10001", ("一",), "CVPR", "2020", None, "https://github.com/a/eyes"),
            Said("Seeing with One Eye", f"{ARXIV}2003.10002", ("二",), None, None, None, "https://github.com/a/eye"),
        ],
    ),
    "several paper links on lines of their own, sections of level 1 and 2": (
        f"- [One](#one)\n- [Two](#two)\n- [Three](#three)\n\n## One\n\n⭐**Drawing by Candle Light** \\\n[[ICLR 2023](https://openreview.net/forum?id=hijklmn)]\n[[Website]({ARXIV}2208.10001)]\n\n"
        f"**Drawing by Moon Light** \\\n[[Website]({ARXIV}2208.10002)]\n\n# Two\n\n**Drawing by\nNo Light** \\\n[[CVPR 2023](https://arxiv.org/abs/2208.10003)]\n\n**Not Drawing** \\\n[[Website]({ARXIV}2208.10004)]\n\n"
        f"# Three\n\n**Drawing All Night** \\\n[[Website]({ARXIV}2208.10005)]\n",
        [
            Said("Drawing by Candle Light", "https://openreview.net/forum?id=hijklmn", ("One",), "ICLR", "2023"),
            Said("Drawing by Moon Light", f"{ARXIV}2208.10002", ("One",)),
            Said("Drawing by No Light", f"{ARXIV}2208.10003", ("Two",), "CVPR", "2023"),
            Said("Not Drawing", f"{ARXIV}2208.10004", ("Two",)),
            Said("Drawing All Night", f"{ARXIV}2208.10005", ("Three",)),
        ],
    ),
    "links over two lines, anchors before headings, a contents list of parts": (
        f"# A Survey of Rivers\n# Catalogue\n## [Upper Course](#1)\n### [Springs](#1.1)\n  - [Dry Springs](#1.1.1)\n  - [Wet Springs](#1.1.2)\n  - [Salt Springs](#1.1.3)\n\n"
        f"<p id=\"1\"></p >\n\n## Upper Course\n<p id=\"1.1\"></p >\n\n### 1. Springs and Wells\n<p id=\"1.1.1\"></p >\n\n#### 1.1 Dry Springs\n\n"
        f"[ Where the Water\nIs Not]({ARXIV}2101.10001)\n\n[Water in Theory]({ARXIV}2101.10002)\n<p id=\"1.1.2\"></p >\n\n#### 1.2 Wet Springs\n[Water in Practice]({ARXIV}2101.10003)\n\n[Water at Last]({ARXIV}2101.10004)\n",
        [
            Said("Where the Water Is Not", f"{ARXIV}2101.10001", ("Upper Course", "1. Springs and Wells", "1.1 Dry Springs")),
            Said("Water in Theory", f"{ARXIV}2101.10002", ("Upper Course", "1. Springs and Wells", "1.1 Dry Springs")),
            Said("Water in Practice", f"{ARXIV}2101.10003", ("Upper Course", "1. Springs and Wells", "1.2 Wet Springs")),
            Said("Water at Last", f"{ARXIV}2101.10004", ("Upper Course", "1. Springs and Wells", "1.2 Wet Springs")),
        ],
    ),
    "names, venue and links in the one narrower bullet": (
        f"- TIDE: Waiting for the Water.\n  - A. Byron, K. Weiss, and L. Wu. *KDD 2020*. [[pdf]]({ARXIV}2006.10001) [[code]](https://github.com/a/tide)\n"
        f"- **Ebb (MLWorkshop 2017)**\n  - Ada Byron and Karl Weiss\n  - [[Paper]]({ARXIV}1707.10002)\n  - [[Python Reference]](https://github.com/a/ebb)\n",
        [
            Said("TIDE: Waiting for the Water", f"{ARXIV}2006.10001", ("Methods",), "KDD", "2020", "A. Byron; K. Weiss; L. Wu", "https://github.com/a/tide"),
            Said("Ebb", f"{ARXIV}1707.10002", ("Methods",), "MLWorkshop", "2017", "Ada Byron; Karl Weiss", "https://github.com/a/ebb"),
        ],
    ),
    "numbers in linked titles, short bold titles, titles like two names": (
        f"- **Fast Boats** (2015), A. Byron [[pdf]]({ARXIV}1501.20001)\n- [1-A. Slow Boats and Slower Ones]({ARXIV}1501.20002) (ICML 2015)\n"
        f"- [Steering Very Small Boats- Winds and Tides]({ARXIV}1501.20003) (ICLR 2018) <br/> Some words about it.\n"
        f"- **Rowing, ACL 2023 Findings**. [[paper]({ARXIV}1501.20004)]\n- **Sailing Alone** *Ada Byron, Karl Weiss, Lin Wu* ICLR 2019. [paper]({ARXIV}1501.20005)\n",
        [
            Said("Fast Boats", f"{ARXIV}1501.20001", ("Methods",), None, "2015", "A. Byron"),
            Said("Slow Boats and Slower Ones", f"{ARXIV}1501.20002", ("Methods",), "ICML", "2015"),
            Said("Steering Very Small Boats- Winds and Tides", f"{ARXIV}1501.20003", ("Methods",), "ICLR", "2018"),
            Said("Rowing", f"{ARXIV}1501.20004", ("Methods",), "ACL Findings", "2023"),
            Said("Sailing Alone", f"{ARXIV}1501.20005", ("Methods",), "ICLR", "2019", "Ada Byron; Karl Weiss; Lin Wu"),
        ],
    ),
    "headings that are linked and numbered papers, a fold that repeats its heading": (
        f"# Digests\n## Harbours\n<details>\n<summary> harbours </summary>\n\n#### 1. [Small Harbours]({ARXIV}2001.20001) - see below\n* Key:\n  * depth\n#### 2. [Large Harbours]({ARXIV}2001.20002)\n* Source: ICLR2018 / Some Lab\n\n</details>\n",
        [
            Said("Small Harbours", f"{ARXIV}2001.20001", ("Harbours",)),
            Said("Large Harbours", f"{ARXIV}2001.20002", ("Harbours",)),
        ],
    ),
    "bold titles over labelled bullets, whatever the labels": (
        f"# Boats\n## Rowing\n**《Rowing Against the Tide》**\n\n- intro: first of its kind\n\n\n- arXiv: {ARXIV}1801.30001\n\n**Oars**\n\n- intro: CVPR 2017\n"
        f"- arxiv: <{ARXIV}1801.30002>\n- github(first try): <https://github.com/a/oars>\n- notes: <https://notes.example.org/oars>\n- github:https://github.com/b/oars\n\n"
        f"**Better Oars**\n\n- intro: Some College & Other Lab\n- keywords: Wood\n- arxiv: <{ARXIV}1801.30003>\n",
        [
            Said("Rowing Against the Tide", f"{ARXIV}1801.30001", ("Rowing",)),
            Said("Oars", f"{ARXIV}1801.30002", ("Rowing",), "CVPR", "2017", None, "https://github.com/a/oars"),
            Said("Better Oars", f"{ARXIV}1801.30003", ("Rowing",)),
        ],
    ),
    "venue and dates as sentences within the link, remarks below it": (
        f"FedX:\n[Sharing Without Showing the Harbour. 2016-02. AISTATS 2017.]({ARXIV}1602.30001)\n\n[(*) Showing Without Sharing. ICLR 2021 (Under Review). 2020-02-29]({ARXIV}2003.30002)\n\n"
        f"[Residual Sharing of Boats. 2020-03]({ARXIV}2003.30003)\nHighlight: it says more of the matter than a title would in many words\nResearcher: Ada Byron, of a far college\n\n"
        f"[Boats: Part of a Whole. An Essay]({ARXIV}2003.30004)\n",
        [
            Said("Sharing Without Showing the Harbour", f"{ARXIV}1602.30001", ("Methods",), "AISTATS", "2017"),
            Said("Showing Without Sharing", f"{ARXIV}2003.30002", ("Methods",), "ICLR", "2021"),
            Said("Residual Sharing of Boats", f"{ARXIV}2003.30003", ("Methods",), None, "2020"),
            Said("Boats: Part of a Whole. An Essay", f"{ARXIV}2003.30004", ("Methods",)),
        ],
    ),
    "quoted titles behind names of several words": (
        f'- **Buoy** (Bell + Light): "Marking Shallow Water" [2019-12] [ICML 2020] [[paper]({ARXIV}2001.30001)]\n'
        f'- **Buoy 2 \\*** (Bell 2): "Buoy 2 Technical Report" [2023-05] [[paper]({ARXIV}2305.30002)]\n'
        f'- **Bell** (Light) / **Lamp** (Light 2): "Bell: Marking Water by "Ringing" in Fog" [2022-06] [[paper]({ARXIV}2206.30003)]\n'
        f'- **[Fog]** "Sailing Without Seeing", *arXiv, Oct 2023*.\n[[Paper]({ARXIV}2310.30004)]\n'
        f'- **FogBench** "Where do we see in fog?" *arXiv, Mar 2023*. [[Paper]({ARXIV}2303.30005)]\n'
        f'- **Do not Ring Twice**: "Do Not Ring Twice: Bells in Fog", *EMNLP, 2022*. [[Paper]({ARXIV}2210.30006)]\n',
        [
            Said("Marking Shallow Water", f"{ARXIV}2001.30001", ("Methods",), "ICML", "2020"),
            Said("Buoy 2 Technical Report", f"{ARXIV}2305.30002", ("Methods",), None, "2023"),
            Said('Bell: Marking Water by "Ringing" in Fog', f"{ARXIV}2206.30003", ("Methods",), None, "2022"),
            Said("Sailing Without Seeing", f"{ARXIV}2310.30004", ("Methods",), "arXiv", "2023"),
            Said("Where do we see in fog?", f"{ARXIV}2303.30005", ("Methods",), "arXiv", "2023"),
            Said("Do Not Ring Twice: Bells in Fog", f"{ARXIV}2210.30006", ("Methods",), "EMNLP", "2022"),
        ],
    ),
    "bullets that name topics of linked paragraphs": (
        f"- Small Boats\n\n    [Rowing with One Oar]({ARXIV}2001.40001)\n\n    [Rowing with Two Oars]({ARXIV}2001.40002)\n\n"
        f"- Large Boats\n\n    [Sailing with One Mast]({ARXIV}2001.40003)\n\n    [Sailing with Two Masts]({ARXIV}2001.40004)\n",
        [
            Said("Rowing with One Oar", f"{ARXIV}2001.40001", ("Methods", "Small Boats")),
            Said("Rowing with Two Oars", f"{ARXIV}2001.40002", ("Methods", "Small Boats")),
            Said("Sailing with One Mast", f"{ARXIV}2001.40003", ("Methods", "Large Boats")),
            Said("Sailing with Two Masts", f"{ARXIV}2001.40004", ("Methods", "Large Boats")),
        ],
    ),
    "names, title, a venue nobody knows and a year between commas": (
        f"- Ada Byron, Karl Weiss, Tides in Practice, A Survey, QJTS, 2013. [[Paper]({ARXIV}1301.40001)]\n"
        f"- Karl Weiss, Learning from Late Tides, Oxbridge, 1989. [[Thesis]({ARXIV}1301.40002)]\n"
        f"- A. Byron, K.L. Weiss, et al., Tides in a Nutshell, TIDEC, 2007. [[Paper]({ARXIV}1301.40003)]\n"
        f"- Wu et al. **Tides at Large.** IEEE TKDE, 2005. [[Paper]({ARXIV}1301.40004)]\n",
        [
            Said("Tides in Practice, A Survey", f"{ARXIV}1301.40001", ("Methods",), None, "2013", "Ada Byron; Karl Weiss"),
            Said("Learning from Late Tides", f"{ARXIV}1301.40002", ("Methods",), None, "1989"),
            Said("Tides in a Nutshell", f"{ARXIV}1301.40003", ("Methods",), None, "2007"),
            Said("Tides at Large", f"{ARXIV}1301.40004", ("Methods",), "IEEE TKDE", "2005"),
        ],
    ),
    "a venue led in by a word, reports by name, data sets below": (
        f"* Waves at Sea: a survey, in *JAIR* 2022. [\\[paper\\]]({ARXIV}2201.40001)\n* WaveKit-A Kit for Waves [\\[Demo paper\\]]({ARXIV}2201.40002)\n"
        f"* [Wave-4 Technical Report](https://waves.example.org/wave-4.pdf)\n  * Keyword: Waves, fine-tuned\n  * Code: [official](https://github.com/a/wave)\n  * Dataset: [SEA](https://sea.example.org), [BAY](https://bay.example.org)\n",
        [
            Said("Waves at Sea: a survey", f"{ARXIV}2201.40001", ("Methods",), "JAIR", "2022"),
            Said("WaveKit-A Kit for Waves", f"{ARXIV}2201.40002", ("Methods",)),
            Said("Wave-4 Technical Report", "https://waves.example.org/wave-4.pdf", ("Methods",), None, None, None, "https://github.com/a/wave"),
        ],
    ),
    "numbered paragraphs, one of them alone in its section": (
        f"# Nets\n## Casting\n[2] Casting Nets by Day<br>\n[paper]({ARXIV}2103.50001) | [code](https://github.com/a/nets)<br><br>\n\n[1] Casting Nets by Night<br>\n[paper]({ARXIV}2103.50002)<br><br>\n\n"
        f"## Mending\n[2] Mending Nets by Day<br>\n[paper]({ARXIV}2103.50003)<br><br>\n\n[1] Mending Nets by Night<br>\n[paper]({ARXIV}2103.50004)<br><br>\n\n## Drying\n[1] Drying Nets in the Sun<br>\n[paper]({ARXIV}2103.50005)<br><br>\n",
        [
            Said("Casting Nets by Day", f"{ARXIV}2103.50001", ("Casting",), None, None, None, "https://github.com/a/nets"),
            Said("Casting Nets by Night", f"{ARXIV}2103.50002", ("Casting",)),
            Said("Mending Nets by Day", f"{ARXIV}2103.50003", ("Mending",)),
            Said("Mending Nets by Night", f"{ARXIV}2103.50004", ("Mending",)),
            Said("Drying Nets in the Sun", f"{ARXIV}2103.50005", ("Drying",)),
        ],
    ),
    "a table whose venues stand under J/C": (
        f"| Technique | Paper Title | DB | J/C | Year |\n|-|-|-|-|-|\n| CNN | Reading Charts of the Sea [[pdf]]({ARXIV}1602.40001) | | MICCAI | 2016 |\n",
        [Said("Reading Charts of the Sea", f"{ARXIV}1602.40001", ("Methods",), "MICCAI", "2016")],
    ),
}  # fmt: skip


def read(facts):
    """Each paper as it was read, by title."""
    paths = {node.key: node.path for node in facts.nodes}
    found = {}
    for work in facts.works:
        if work.kind is not WorkKind.PAPER:
            continue
        values: dict[str, str] = {}
        for claim in work.claims:
            values.setdefault(claim.field, claim.value)
        found[work.title] = Said(
            work.title,
            values.get("link:paper", "").split(" ")[0],
            next(paths[placement.node] for placement in facts.placements if placement.paper == work.key),
            values.get("venue"),
            values.get("year"),
            values.get("authors"),
            values["link:code"].split(" ")[0] if "link:code" in values else None,
        )
    return found


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_is_read_as_a_person_reads_it(parse, name):
    text, expected = DIALECTS[name]
    found = read(parse(text if text.startswith("# ") else f"# A Tiny Survey\n## Methods\n{text}"))
    assert list(found.values()) == expected


def test_a_label_that_begins_the_title_is_still_a_label(parse):
    (work,) = parse(f"- Code Is Law, ICML 2020 [[Paper]({ARXIV}2001.00009)] [[Code](https://github.com/a/law)]").works
    links = [(claim.field, claim.value) for claim in work.claims if claim.field.startswith("link:")]
    assert links == [
        ("link:paper", f"{ARXIV}2001.00009 Paper"),
        ("link:code", "https://github.com/a/law Code"),
    ]


NOT_PAPERS = {
    "models": "| Model | Size | Release | Paper |\n|-|-|-|-|\n| Gamma-7B | 7B | 2023-05 | [link](https://arxiv.org/abs/2305.00001) |\n",
    "data sets": "| Dataset | Size | Link |\n|-|-|-|\n| Many Words | 3 TB | [here](https://words.example.org) |\n",
    "tools": "- wrench: turns things [[Code](https://github.com/a/wrench)]\n- pliers: holds things [[Code](https://github.com/a/pliers)]\n",
    "a leaderboard": "| Platform | Access |\n|-|-|\n| Best of All | [[Source](https://best.example.org)] |\n",
    "talks": "- [A Long Talk](https://talks.example.org/1)\n- [A Short Talk](https://talks.example.org/2)\n",
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_PAPERS)
def test_lists_of_other_things_are_reported_as_what_they_are(parse, name):
    paper = "- A Title, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2305.13245)]\n"
    facts = parse(f"# S\n## Papers\n{paper}\n## Others\n{NOT_PAPERS[name]}")
    assert [work.title for work in facts.works] == ["A Title"]
    assert [finding.line for finding in facts.findings if finding.code == "not-a-list-of-papers"] != []
    assert [node.name for node in facts.nodes] == ["Papers"]
    with pytest.raises(NoPapersFound):
        parse(f"# S\n## Others\n{NOT_PAPERS[name]}")
