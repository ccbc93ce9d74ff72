"""Dependencies point down only: what each part of the house may import of the others."""

import ast
from pathlib import Path

import pytest

import recurra

HERE = Path(recurra.__file__).parent
NAMED = {"activations", "constraints", "initializers", "regularizers"}
MAY_IMPORT = {
    "engine": set(),
    "explain": {"engine"},
    "data": {"engine", "utils"},
    "kernels": set(),
    "ops": {"engine", "activations"},
    "layers": {"engine", "kernels", "random", *NAMED},
    "saving": {"engine"},
    "training": {"explain", "kernels", "engine", "initializers"},
    "models": {"engine", "explain", "layers", "ops", "saving", "training"},
    "forecasting": {"data", "engine", "explain", "layers", "models", "ops", "saving", "training"},
    "commands": {"engine", "forecasting", "training"},
    "utils": {"engine", "saving"},
    "compat": {"engine", "layers", "models", "ops", "random", *NAMED},
}


def imports(part):
    """(file, imported part) for every import of recurra's in a part, those in functions too."""
    for path in (HERE / part).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = []
            if isinstance(node, ast.ImportFrom) and node.module == "recurra":
                modules = [f"recurra.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            elif isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            for module in modules:
                if module.startswith("recurra."):
                    yield path.name, module.split(".")[1]


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_lies_below_it(part):
    found = set(imports(part))
    assert {other for _, other in found} >= {part}  # the search finds imports
    assert {i for i in found if i[1] not in MAY_IMPORT[part] | {part}} == set()


def test_every_part_is_listed():
    parts = {p.name for p in HERE.iterdir() if p.is_dir() and list(p.glob("*.py"))}
    assert parts - {"optimizers"} == set(MAY_IMPORT)  # `optimizers` only names what is in training


def test_tables_know_nothing_of_what_is_forecast_from_them():
    """Reading a table is a subject of its own, below the rest of `forecasting`."""
    modules = [
        node.module or ""
        for path in (HERE / "forecasting" / "tables").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
    ]
    within = {m for m in modules if m.startswith("recurra.forecasting")}
    assert within and all(m.startswith("recurra.forecasting.tables") for m in within)
