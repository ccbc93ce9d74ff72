"""The pages of the documentation made by `python docs/make.py` are up to date."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
spec = importlib.util.spec_from_file_location("make_docs", DOCS / "make.py")
make_docs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_docs)


@pytest.mark.parametrize("name", make_docs.WRITTEN)
def test_it_is_up_to_date(name):
    assert (DOCS / name).read_text(encoding="utf-8") == make_docs.WRITTEN[name]()
