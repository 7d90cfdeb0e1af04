"""The book of sources."""

import pytest

from citysim.config.folders import source_book
from citysim.core.problems import ParameterError
from citysim.core.sources import SourceBook

GOOD = "moves: {publisher: Insee, title: Moves, year: 2020, address: insee.fr, confidence: seen}\n"


def read(tmp_path, text):
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return SourceBook.read(path)


def test_read(tmp_path):
    book = read(tmp_path, GOOD)
    assert book["moves"].publisher == "Insee"
    assert book.knows("moves")
    assert book.knows("judgement")
    assert not book.knows("mvoes")
    assert book.nearest("mvoes") == "moves"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace(", confidence: seen", ""), "moves.confidence (configs/sources.yaml): missing"),
        (GOOD.replace("seen", "sure"), "'sure' is unknown; allowed: seen, code"),
        (GOOD.replace("publisher", "publsher"), "nearest: publisher"),
        (GOOD.replace("2020", "soon"), "'soon' is not a year"),
        ("judgement: {}\n", "this name is reserved"),
        ("moves: insee\n", "a source is a mapping"),
    ],
)
def test_refused(tmp_path, text, expected):
    with pytest.raises(ParameterError) as error:
        read(tmp_path, text)
    assert expected in str(error.value)


def test_the_shipped_book_is_sound():
    assert len(source_book()) > 5
