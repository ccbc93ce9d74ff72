"""How an explanation looks: as text, in a terminal, and as HTML."""

import io
import sys

import pytest

import recurra as rc
from recurra import layers as L
from recurra.explain.story.explanation import Explanation, Section

TOLD = Explanation(
    [
        Section("A <b>layer</b>", [("in", "(batch=None, features=1)"), ("does", "word " * 20)]),
        Section("Alone", [("", "1 < 2 & 3")]),
        Section("Nothing below", []),
    ]
)
TEXT = """\
A <b>layer</b>
  in    (batch=None, features=1)
  does  word word word word word word word word word word word word word word word word
        word word word word

Alone
  1 < 2 & 3

Nothing below"""


def test_text_is_wrapped_beside_its_labels():
    assert str(TOLD) == repr(TOLD) == TEXT
    assert max(map(len, TEXT.splitlines())) <= 88


def test_html_holds_the_same_words_escaped():
    page = TOLD._repr_html_()
    for part in ("<b>A &lt;b&gt;layer&lt;/b&gt;</b>", ">does</th>", ">1 &lt; 2 &amp; 3</td>"):
        assert part in page
    assert "<b>layer" not in page and "1 < 2" not in page
    assert page.count("<tr") == page.count("</tr>") == page.count("</td>") == 3
    assert page.count("</th>") == 2 and page.count("<table") == page.count("</table>") == 2


def test_a_name_from_the_users_program_cannot_break_out_of_html():
    model = rc.Sequential([rc.Input((4,)), L.Dense(1, name="<script>alert(1)</script>")])
    page = model.explain()._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("stream", "coloured"), [(Terminal, True), (io.StringIO, False)])
def test_show_is_in_colour_only_in_a_terminal(stream, coloured, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stdout", stream())
    TOLD.show()
    shown = sys.stdout.getvalue()
    assert ("\x1b[" in shown) is coloured
    assert (shown == TEXT + "\n") is not coloured
    for word in ("A <b>layer</b>", "(batch=None, features=1)", "1 < 2 & 3", "Nothing below"):
        assert word in shown


def test_a_bracket_in_a_text_is_no_markup_of_rich(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    Explanation([Section("[red]x[/red]", [("[b]", "X[..., None]")])]).show()
    shown = sys.stdout.getvalue()
    assert "[red]x[/red]" in shown and "[b]" in shown and "X[..., None]" in shown
