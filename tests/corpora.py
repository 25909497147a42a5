"""Small corpora of kinds that the course's own are not: to run the notebooks on.

All text is made here, from a few sentences and lists of words.
"""

import random
import re
from typing import NamedTuple

SLOT = re.compile(r"\{(\w+)\}")


class Kind(NamedTuple):
    """Sentences with gaps, what may stand in the gaps, and how many to make."""

    sentences: str  # one a line, words parted by blanks; {PER} is a gap
    words: dict[str, str]  # gap -> what may stand there, parted by "; "
    n: int = 120
    write: str = "iob2"  # which of WRITERS


NAMES = {
    "PER": "Mira Berg; Anton Vale; Rosa Lindqvist; Tom; Dr. Okafor; Ines de la Cruz; "
    "Yusuf; Greta Holm; Pavel; Nora Finch; Sam Abara; Lea",
    "LOC": "Oslo; New Haven; Bergen; Lake Tarn; Porto; Accra; Cape Verity; Lund; Riga",
    "ORG": "Northern Ferry Company; Acme; Harbour Trust; Bureau of Maps; Lumen",
    "verb": "visited; praised; sued; left; painted; measured; followed; criticised",
    "thing": "bridge; harbour; ledger; ferry; lantern; orchard; tunnel; market",
    "day": "today; yesterday; in spring; at noon; last week; again; in silence",
    "how": "old; narrow; quiet; costly; famous; broken; new; green",
}
NEWS = """\
{PER} {verb} the {thing} in {LOC} {day} .
{ORG} sold its {how} {thing} to {ORG} .
The {thing} was {how} , said {PER} of {ORG} .
{day} , {PER} and {PER} {verb} {ORG} .
Nobody in {LOC} has seen the {how} {thing} {day} .
A {how} {thing} stands between {LOC} and {LOC} .
It rained {day} .
{PER} {verb} a {thing} , a {thing} and a {how} {thing} before the {thing} {day} .
"""

KINDS = {
    "one_type": Kind(
        """\
The patient with {DIS} was treated {day} .
No sign of {DIS} or {DIS} was found in the {how} group .
{drug} prevents {DIS} in {how} mice .
We measured {drug} {day} and saw no effect on {DIS} .
The dose was {how} .
Patients who took {drug} had less {DIS} than others , {day} and later .
""",
        {
            "DIS": "marsh fever; chronic reed rash; gillrot; Holm 's syndrome; asthma; "
            "acute lung wilt; glass bone disease; anaemia; blue cough",
            "drug": "zelaprin; reedol; saline; tarnicin; aspirin; lumex; folin",
            "day": "twice; for a week; at night; after surgery; by mouth; in winter",
            "how": "small; second; untreated; old; young; high; low; stable",
        },
    ),
    "twelve_sentences": Kind(NEWS, NAMES, n=12),
    "one_word_mentions": Kind(
        NEWS,
        {
            **NAMES,
            "PER": "Mira; Anton; Rosa; Tom; Okafor; Ines; Yusuf; Greta; Pavel; Nora",
            "LOC": "Oslo; Bergen; Porto; Accra; Lund; Riga; Tarn; Verity",
            "ORG": "Acme; Lumen; Fenwick; Orbit; Tideline; Brask",
        },
        write="index_first",
    ),
    "mostly_mentions": Kind(
        """\
{PER} , {STREET} , {LOC}
{PER} {STREET} {LOC} {TEL}
{ORG} , {STREET} , {LOC} , {TEL}
{PER} ({ORG}) {TEL}
{ORG} {LOC} {LOC}
""",
        {
            **NAMES,
            "STREET": "Quay Road 3; 14 Mill Lane; Old Market 7; 2 Hill Street; Pier 9",
            "TEL": "555 01 22; 555 18 40; 555 77 90; 555 31 08; 555 64 12",
        },
        write="iob1",
    ),
    "tweets": Kind(
        """\
@{user} omg {PER} is at {LOC} rn !!! {tag}
rt @{user} : {ORG} closes its {thing} {tag} {url}
so {how} {emoticon}
cant wait 4 {WORK} w/ @{user} {day} {emoticon}
{tag} {tag} {url}
{PER} said what ??? {emoticon} {emoticon}
@{user} @{user} lol
{WORK} was {how} , ty {ORG} {emoticon}
""",
        {
            **NAMES,
            "WORK": "Tin Moon; the Lantern Show; Red Kelp 2; gloomwood",
            "user": "mira_b; oslo4ever; tom99; lea; the_real_pavel; kelp",
            "tag": "#oslo; #monday; #nofilter; #ferry; #tbt; #win",
            "url": "http://ex.invalid/a1; http://ex.invalid/zz; www.ex.invalid",
            "emoticon": ":); :-(; <3; ;-); xD; \U0001f600; \U0001f44d\U0001f3fd",
        },
    ),
    "bioes": Kind(NEWS, NAMES, write="bioes"),
    "chinese_characters": Kind(
        """\
{PER}昨天去了{LOC}。
{ORG}在{LOC}建了一座{thing}。
{PER}和{PER}都在{ORG}工作。
今天{LOC}下雨了。
这座{thing}很{how}。
听说{ORG}要把{thing}卖给{PER}，大家都很高兴。
""",
        {
            "PER": "王小明; 李华; 张伟; 陈静; 赵一平; 周雪; 吴大海",
            "LOC": "北京; 上海; 西安; 青岛; 南湖; 黄山; 海淀区",
            "ORG": "东方公司; 南湖大学; 光明银行; 市图书馆; 铁路局",
            "thing": "桥; 塔; 学校; 市场; 花园; 车站; 书店",
            "how": "高; 新; 旧; 美; 小; 有名",
        },
        write="characters",
    ),
    "right_to_left": Kind(
        """\
{PER} נסע אל {LOC} ביום {DAY} .
{ORG} פתחה סניף ב {LOC} .
{PER} ו {PER} עובדים ב {ORG} .
ירד גשם כל היום .
ה {thing} ב {LOC} {how} מאוד , אמר {PER} .
ב {DAY} ביקר {PER} ב {thing} ה {how} .
""",
        {
            "PER": "דוד לוי; רחל; מאיר כהן; שרה בן עמי; יוסף; נועה; תמר גל",
            "LOC": "חיפה; ירושלים; באר שבע; אילת; תל אביב; צפת; עכו",
            "ORG": "בנק הצפון; אוניברסיטת הגליל; חברת אורן; דואר; רכבת",
            "DAY": "ראשון; שני; שלישי; רביעי; חמישי; שישי",
            "thing": "שוק; גשר; מוזיאון; נמל; ספר; בית",
            "how": "ישן; חדש; גדול; יפה; קטן; שקט",
        },
        write="kaggle_with_mark",
    ),
    "with_repeats": Kind(  # forty sentences, of which many are copies
        """\
{PER} lives in {LOC} .
It rained {day} .
{ORG} sold the {thing} {day} .
""",
        {
            **NAMES,
            "PER": "Tom; Mira Berg; Lea",
            "LOC": "Oslo; Lund",
            "day": "today; again",
        },
        n=40,
    ),
}


def make_corpus(folder, name):
    """Write one of the corpora; the same bytes each time.

    Parameters
    ----------
    folder : Path
    name : str
        One of ``KINDS``.

    Returns
    -------
    Path
    """
    kind = KINDS[name]
    path = folder / f"{name}{'.csv' if kind.write == 'kaggle_with_mark' else '.conll'}"
    path.write_bytes(WRITERS[kind.write](list(fill(kind))).encode())
    return path


def fill(kind):
    """Fill the gaps of a kind's sentences; words and IOB2 tags of each."""
    drawn = random.Random(0)
    patterns = kind.sentences.splitlines()
    by_character = kind.write == "characters"
    for number in range(kind.n):
        words, tags = [], []
        for k, part in enumerate(SLOT.split(patterns[number % len(patterns)])):
            is_gap = k % 2
            text = drawn.choice(kind.words[part].split("; ")) if is_gap else part
            new = list(text.replace(" ", "")) if by_character else text.split()
            is_mention = is_gap and part.isupper()
            words += new
            tags += tag(part, len(new)) if is_mention else ["O"] * len(new)
        yield words, tags


def tag(kind, n):
    """Tag a mention of some words in IOB2."""
    return [f"{'I' if k else 'B'}-{kind}" for k in range(n)]


def to_bioes(tags):
    """Write IOB2 tags as BIOES."""
    after = [*tags[1:], "O"]
    new = {("B", False): "S", ("I", False): "E"}
    return [
        t if t == "O" else new.get((t[0], following[0] == "I"), t[0]) + t[1:]
        for t, following in zip(tags, after, strict=True)
    ]


def to_iob1(tags):
    """Write IOB2 tags as IOB1: B- only behind a mention of the same type."""
    before = ["O", *tags[:-1]]
    return [
        "I" + t[1:] if t[0] == "B" and last[1:] != t[1:] else t
        for t, last in zip(tags, before, strict=True)
    ]


def write_columns(sentences, *, head="", row="{word}\t{tag}"):
    """Write columns, an empty line after each sentence."""
    blocks = (
        "".join(
            row.format(k=k, word=word, tag=tag) + "\n"
            for k, (word, tag) in enumerate(zip(words, tags, strict=True))
        )
        for words, tags in sentences
    )
    return head + "\n".join(blocks)


def write_table(sentences):
    """Write Kaggle's layout, with a byte order mark, as spreadsheets do."""
    rows = ["Sentence #,Word,POS,Tag"]
    for number, (words, tags) in enumerate(sentences, start=1):
        for k, (word, tag) in enumerate(zip(words, tags, strict=True)):
            label = "" if k else f"Sentence: {number}"
            rows.append(f'{label},"{word}",X,{tag}')
    return "\ufeff" + "\r\n".join(rows) + "\r\n"


def retag(sentences, convert):
    """Write the tags in another scheme."""
    return [(words, convert(tags)) for words, tags in sentences]


WRITERS = {
    "iob2": write_columns,
    "characters": write_columns,
    "bioes": lambda sentences: write_columns(retag(sentences, to_bioes)),
    "iob1": lambda sentences: write_columns(
        retag(sentences, to_iob1),
        head="-DOCSTART- -X- O O\n\n",
        row="{word} X X {tag}",
    ),
    "index_first": lambda sentences: write_columns(
        sentences, head="# made for a test\n", row="{k}\t{word}\t{tag}"
    ),
    "kaggle_with_mark": write_table,
}
