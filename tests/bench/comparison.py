"""Figures of one program held against those of others, taken in turn.

A round is {name of a program: {row: operations/s}}; ratios are taken within a round, so that what
slows the machine down for a while slows both. "level" means: median ratio at least 0.99, and the
95 % bootstrap interval over rounds reaches 1.00. Pure, but for the table, which is printed.
"""

import random
import statistics

LEVEL_RATIO = 0.99


def in_turn(names, number):
    """The order of round `number`: each begins with another, so that none always runs on the warmer
    machine."""
    start = number % len(names)
    return names[start:] + names[:start]


def bootstrap_interval(ratios, resamples=10000):
    """95 % percentile interval of the median, from resampled rounds; the same each time."""
    source = random.Random(1)
    medians = sorted(statistics.median(source.choices(ratios, k=len(ratios)))
                     for _ in range(resamples))
    return medians[int(0.025 * resamples)], medians[int(0.975 * resamples) - 1]


def ratio_rows(rounds, ours, notes):
    """Ratios of `ours` to each program in `notes` ({name: {row: what it ran}}), for all rows that
    both measured in a round."""
    rows = []
    for other in notes:
        for name in sorted({n for r in rounds for n in r.get(other, {})}):
            pairs = [(r[ours][name], r[other][name]) for r in rounds
                     if name in r.get(ours, {}) and name in r.get(other, {})]
            if not pairs:
                continue
            ratios = [one / another for one, another in pairs]
            low, high = bootstrap_interval(ratios)
            rows.append({"row": name, "other": other, "rounds": len(pairs),
                         "ours": statistics.median(p[0] for p in pairs),
                         "theirs": statistics.median(p[1] for p in pairs),
                         "ratio": statistics.median(ratios), "interval": [low, high],
                         "level": statistics.median(ratios) >= LEVEL_RATIO and high >= 1.0,
                         "what": notes[other].get(name)})
    return sorted(rows, key=lambda r: (r["row"], r["other"]))


def print_ratios(rows, ours):
    print(f"\n{'row':<15}{'held against':<26}{ours:>11}{'other':>11}  {'ratio':>6}"
          f"  {'95 % interval':<15} n  (10^9 operations/s, medians)")
    for r in rows:
        low, high = r["interval"]
        print(f"{r['row']:<15}{r['other']:<26}{r['ours'] / 1e9:>11.1f}"
              f"{r['theirs'] / 1e9:>11.1f}  {r['ratio']:>6.3f}  {low:.3f} .. {high:.3f}  "
              f"{r['rounds']:>2}  {'level' if r['level'] else 'BEHIND'}")


def print_others(rows, absent):
    print("\nWhat the others ran:")
    for r in rows:
        print(f"  {r['row']:<15}{r['other']}: {r['what']}")
    if absent:
        print("\nNot here: " + ", ".join(absent))
