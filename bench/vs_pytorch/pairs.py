"""What pairs of turns, theirs and ours, come to."""

import statistics


def summary(pairs, theirs):
    """Medians of both sides and of the ratios theirs / ours with their range, for wall and CPU seconds. theirs: the other
    side's name."""
    row = {}
    for kind in ("wall", "cpu"):
        row[f"{theirs} {kind} s"] = round(statistics.median(t[kind] for t, _ in pairs), 4)
        row[f"ours {kind} s"] = round(statistics.median(o[kind] for _, o in pairs), 4)
        ratios = sorted(t[kind] / o[kind] for t, o in pairs)
        row[f"ratio {kind}"] = round(statistics.median(ratios), 3)
        row[f"ratio {kind} range"] = [round(ratios[0], 3), round(ratios[-1], 3)]
    return row
