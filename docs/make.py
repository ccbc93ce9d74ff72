"""Write the pages of the documentation that are made from the library: advice.md and errors.md."""

from __future__ import annotations

from pathlib import Path

from recurra.explain.advice.rule import load_rules
from recurra.explain.pages import pages

HERE = Path(__file__).parent

ADVICE = """# Advice

`fit` looks at a bounded part of the data, at the model and at the losses of the first epochs, and
`predict` at what it gives back. What is probably not what was meant is said once, in the error
output:

    advice: `x` goes from 100 to 400, with a mean of 250 and a standard deviation of 112.
            [unscaled-inputs]
      why:      such numbers drive tanh and sigmoid to their flat ends, where samples look alike and
                nothing is learnt.
      fix:      mean, std = x.mean((0, 1)), x.std((0, 1)); x = (x - mean) / std

- `model.check(X, y)` does the same without training and returns the findings.
- `recurra.advice("off", "unscaled-inputs")` silences one rule, `recurra.advice("off")` all of them,
  `compile(advice=False)` a model, `RECURRA_ADVICE=off` a program.
- `recurra why unscaled-inputs` prints the page of a rule; these are all of them.
"""

ERRORS = """# Errors

`recurra explain "the message"` finds the page of an error: one of recurra's, or of Keras,
TensorFlow, PyTorch or NumPy for the same mistake. These are all pages.
"""


def advice() -> str:
    """docs/advice.md."""
    rules = load_rules().values()
    listed = "\n".join(f"- [`{r.id}`](#{r.id}): {r.title}" for r in rules)
    texts = (f"## {r.id}\n\n**{r.title}**\n{r.page.partition(chr(10))[2]}" for r in rules)
    return "\n".join([ADVICE, listed, "", *("\n" + t.strip() + "\n" for t in texts)])


def errors() -> str:
    """docs/errors.md."""
    texts = (f"\n#{page.text}\n" for page in pages().values())
    return "\n".join([ERRORS, *texts])


WRITTEN = {"advice.md": advice, "errors.md": errors}

if __name__ == "__main__":
    for name, make in WRITTEN.items():
        (HERE / name).write_text(make(), encoding="utf-8")
