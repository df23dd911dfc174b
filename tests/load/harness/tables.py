"""Markdown tables, and the statistics of paired runs."""
import statistics


def table(head, rows):
    """The first column to the left, the others to the right."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


def spread(values, digits=2):
    """Median (least-greatest)."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def ratio(ours, others):
    """The median of the ratios of each round: what slows the machine for a while slows both of a pair. None without rounds in common."""
    pairs = [ours[round_] / others[round_] for round_ in ours if others.get(round_)]
    return statistics.median(pairs) if pairs else None


def times(value):
    return "-" if value is None else f"{value:.2f}"
