"""The ratios of all cases as an SVG, written as text."""
from html import escape

ROW, LEFT, WIDTH, TOP, RIGHT = 22, 330, 520, 46, 150
# Beyond this many times faster a mark stands at the edge.
LARGEST = 4.0
REACHED, MISSED, OTHER = "#2a7f4f", "#c0504d", "#8a94a0"


def at(ratio):
    return LEFT + WIDTH * min(ratio, LARGEST) / LARGEST


def text(x, y, content, anchor="start", color="#222"):
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{color}">{escape(content)}</text>'


def line(x, top, bottom, color, width, dash=""):
    return (f'<line x1="{x:.1f}" y1="{top:.1f}" x2="{x:.1f}" y2="{bottom:.1f}" stroke="{color}"'
            f' stroke-width="{width}" stroke-dasharray="{dash}"/>')


def row(result, top):
    """Its ratio as a band, its bar as a black line, the other peers as dots."""
    middle, ours, color = top + ROW / 2, result.timed(True), REACHED if result.reached else MISSED
    yield text(LEFT - 8, middle + 4, result.case.name, "end")
    if result.ratio is None:
        yield text(LEFT + 8, middle + 4, "not compared", color=MISSED)
        return
    yield f'<rect x="{LEFT}" y="{top + 4:.1f}" width="{at(result.ratio) - LEFT:.1f}" height="{ROW - 8}" fill="{color}"/>'
    for peer in result.timed(False)[1:]:
        yield f'<circle cx="{at(peer.median / ours[0].median):.1f}" cy="{middle:.1f}" r="2.5" fill="{OTHER}"/>'
    yield line(at(result.case.bar), top + 2, top + ROW - 2, "black", 2)
    how = f"{result.ratio:.2f}" + (" (at the limit)" if result.reached == "limit" else "")
    yield text(LEFT + WIDTH + 12, middle + 4, how, color=color)


def ratios(results):
    height, width = TOP + ROW * len(results), LEFT + WIDTH + RIGHT
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height + 14}" '
             'font-family="sans-serif" font-size="12">', f'<rect width="{width}" height="{height + 14}" fill="white"/>',
             text(LEFT, 16, "time of the best peer by that of weft; black line: the bar; dots: other peers")]
    for ratio in range(int(LARGEST) + 1):
        parts += [text(at(ratio), TOP - 8, str(ratio), "middle"),
                  line(at(ratio), TOP - 4, height, "#666" if ratio == 1 else "#ccc", 1, "" if ratio == 1 else "3 3")]
    for index, result in enumerate(results):
        parts += row(result, TOP + ROW * index)
    return "\n".join([*parts, "</svg>"]) + "\n"
