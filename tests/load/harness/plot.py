"""Small line charts as SVG: panels side by side, sizes on a logarithmic axis, ns on a linear one that all panels share."""
import math

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, GAP = 300, 260, 46, 52, 46, 24
# Okabe and Ito's colours, which colour-blind people tell apart.
COLOURS = {"static": "#0072B2", "nxdomain": "#E69F00", "steered": "#009E73", "steered with subnet": "#D55E00"}


def short(size):
    for unit, name in ((10**6, " M"), (10**3, " k")):
        if size >= unit:
            return f"{size / unit:g}{name}"
    return str(size)


def ceiling(value):
    """The next round number, and the step of a grid of four to six lines."""
    step = 10 ** math.floor(math.log10(value))
    step = next(s for s in (step / 5, step / 4, step / 2, step, 2 * step) if value / s <= 6)
    return math.ceil(value / step) * step, step


def panel(x, title, caption, mixes, top, step):
    sizes = [size for size, _ in next(iter(mixes.values()))]
    low, high = math.log(sizes[0]), math.log(sizes[-1])
    across = lambda size: x + LEFT + (math.log(size) - low) / (high - low) * (WIDTH - LEFT - 8)
    up = lambda ns: TOP + HEIGHT * (1 - ns / top)
    out = [f'<text x="{x + LEFT}" y="20" class="title">{title}</text><text x="{x + LEFT}" y="36" class="note">{caption}</text>']
    for i in range(round(top / step) + 1):
        y = up(i * step)
        out.append(f'<line x1="{x + LEFT}" x2="{x + WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/><text x="{x + LEFT - 6}" y="{y + 4:.1f}" class="end">{i * step:g}</text>')
    for size in sizes:
        out.append(f'<text x="{across(size):.1f}" y="{TOP + HEIGHT + 18}" class="middle">{short(size)}</text>')
    for mix, points in mixes.items():
        line = " ".join(f"{across(size):.1f},{up(ns):.1f}" for size, ns in points)
        out.append(f'<polyline points="{line}" stroke="{COLOURS[mix]}" class="line"/>')
        out += [f'<circle cx="{across(size):.1f}" cy="{up(ns):.1f}" r="3" fill="{COLOURS[mix]}"/>' for size, ns in points]
    return "".join(out)


def panels(charts):
    """charts: [(title, caption, {mix: [(size, ns)]})]. Returns the SVG."""
    top, step = ceiling(max(ns for _, _, mixes in charts for points in mixes.values() for _, ns in points))
    width, height = len(charts) * (WIDTH + GAP), TOP + HEIGHT + BOTTOM + 20
    drawn = [panel(i * (WIDTH + GAP), title, caption, mixes, top, step) for i, (title, caption, mixes) in enumerate(charts)]
    used = [mix for mix in COLOURS if any(mix in mixes for _, _, mixes in charts)]
    legend, x = [], LEFT
    for mix in used:
        legend.append(f'<rect x="{x}" y="{height - 24}" width="12" height="12" fill="{COLOURS[mix]}"/><text x="{x + 18}" y="{height - 14}">{mix}, ns by query</text>')
        x += 190
    style = ("text{font:12px sans-serif;fill:#333}.title{font-weight:bold;font-size:14px}.note{font-size:11px;fill:#666}.end{text-anchor:end}.middle{text-anchor:middle}"
             ".grid{stroke:#ddd}.line{fill:none;stroke-width:2}")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"><style>{style}</style>'
            f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(drawn)}{"".join(legend)}</svg>\n')
