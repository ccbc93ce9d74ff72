"""What makes a picture readable, computed from its scene."""

from itertools import combinations, pairwise

from recurra.explain.drawing.parts import Box, Line, Rect, Text
from recurra.explain.drawing.svg import bend


def texts(scene):
    return [part.text for part in scene.parts if isinstance(part, Text)]


def boxes(scene, role=None):
    """Boxes with the words in them, as lists of lines."""
    found = []
    for box in (p for p in scene.parts if isinstance(p, Box) and not p.frame):
        inside = [t.text for t in scene.parts if isinstance(t, Text) and box.rect.holds(t.rect)]
        if role in (None, box.role):
            found.append(inside)
    return found


def faults(scene):
    """Boxes that overlap, words that leave their box or lie on others, lines through either."""
    kinds = (Box, Text, Line)
    all_boxes, words, lines = ([p for p in scene.parts if isinstance(p, k)] for k in kinds)
    frames = [b for b in all_boxes if b.frame]
    plain = [b for b in all_boxes if not b.frame]
    found = [
        f"boxes overlap: {one.rect} {two.rect}"
        for one, two in combinations(plain, 2)
        if one.rect.overlaps(two.rect)
    ]
    for word in words:
        for box in all_boxes:
            if box.rect.overlaps(word.rect) and not box.rect.holds(word.rect):
                found.append(f"{word.text!r} leaves its box")
    for frame in frames:
        for other in plain:
            if frame.rect.overlaps(other.rect) and not frame.rect.holds(other.rect):
                found.append(f"a box leaves its frame: {other.rect}")
    found += [
        f"{one.text!r} lies on {two.text!r}"
        for one, two in combinations(words, 2)
        if one.rect.overlaps(two.rect)
    ]
    targets = [(w.text, w.rect) for w in words] + [(str(b.rect), b.rect) for b in plain]
    for line in lines:
        for name, rect in targets:
            inner = Rect(rect.x + 1, rect.y + 1, rect.width - 2, rect.height - 2)
            if any(inner.holds(Rect(x, y, 0, 0)) for x, y in along(line)):
                found.append(f"a line goes through {name}")
    return found


def along(line):
    """Points on a line, close together."""
    for (x0, y0), (x1, y1) in pairwise(line.points):
        for k in range(41):
            s = k / 40
            if line.curved and x0 != x1:
                (ax, ay), (bx, by), _ = bend((x0, y0), (x1, y1))
                weights = ((1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3)
                yield (
                    sum(w * v for w, v in zip(weights, (x0, ax, bx, x1))),
                    sum(w * v for w, v in zip(weights, (y0, ay, by, y1))),
                )
            else:
                yield x0 + s * (x1 - x0), y0 + s * (y1 - y0)
