"""Who may import compat, and that it costs nothing before an old spelling is met."""

import ast
import subprocess
import sys
from pathlib import Path

import recurra

SOURCE = Path(recurra.__file__).parent


def imports_of(path):
    """Every `recurra...` module that a file imports, with whether it does so at its top."""
    tree = ast.parse(path.read_text())
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", id(node) in top) for alias in node.names)


def files(*parts):
    return SOURCE.joinpath(*parts).rglob("*.py")


def test_only_the_root_and_the_command_import_compat():
    importers = {
        str(path.relative_to(SOURCE))
        for path in files()
        if SOURCE / "compat" not in path.parents
        if any(name.startswith("recurra.compat") for name, _ in imports_of(path))
    }
    assert importers == {"__init__.py", "cli.py"}


def test_explain_needs_the_engine_alone():
    for path in files("explain"):
        ours = [name for name, _ in imports_of(path) if name.startswith("recurra.")]
        assert all(name.startswith(("recurra.engine", "recurra.explain")) for name in ours), path


def loaded_after(statement):
    """The modules that are there after a statement in a new process."""
    code = f"import sys, jax\n{statement}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_tables_are_read_when_an_old_spelling_is_met():
    loaded = loaded_after("import recurra")
    ours = {name for name in loaded if name.startswith("recurra.compat.")}
    assert ours == {
        "recurra.compat.said",
        "recurra.compat.attributes",
    }
    assert not loaded & {"rich", "h5py", "optax", "keras", "tensorflow"}


def test_an_old_spelling_reads_them():
    loaded = loaded_after("from recurra.layers import GRU; GRU(output_dim=2)")
    assert "recurra.compat.arguments" in loaded and "recurra.compat.importer" not in loaded
