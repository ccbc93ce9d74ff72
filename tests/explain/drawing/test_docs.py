"""The pictures in `docs/pictures` are those that the library draws."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs" / "pictures"


def test_the_pictures_of_the_documentation_are_up_to_date(tmp_path):
    spec = importlib.util.spec_from_file_location("make", DOCS / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    make.HERE = tmp_path
    make.main()
    made = {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()}
    assert made == {p.name: p.read_text(encoding="utf-8") for p in DOCS.glob("*.svg")}
    assert len(made) == 3
