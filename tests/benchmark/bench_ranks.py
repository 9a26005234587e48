"""`make ranks`: simulation-based calibration of the fitted laws at length, with its control.

For each law: the probability of ranks as uneven as those seen, were they uniform, parameter by parameter,
with the standard errors as estimated, and with half of them, which must fail; and how often the 90 %
interval of a part holds the truth. A few minutes.
"""

from time import process_time

from tests.ranks_of_truth import CASES, DRAWS, ROUGH, in_parts, ranks_of_truth, uniformity

_SIZES = {"NBD": (600, 2_000), "spend": (400, 2_000), "Pareto/NBD": (200, 2_000)}
_SIZES |= {"panel": (100, 2_000), "renewals": (200, 6_000), "law B": (40, 500)}
_TAIL = 5


def main() -> None:
    """Print a line per law and size of the standard errors."""
    cases = CASES | ROUGH
    for law, (times, customers) in _SIZES.items():
        for scale in (1.0, 0.5):
            start = process_time()
            ranks = ranks_of_truth(cases[law], times, customers, seed=2, error_scale=scale)
            told = ", ".join(f"{name} {uniformity(ranks[name]):.2g}" for name in cases[law].prior)
            parts = in_parts(ranks)
            held = ((parts >= _TAIL) & (parts <= DRAWS - _TAIL)).mean()
            print(
                f"{law}, {times} logs of {customers:,}, errors x {scale:g}: {told}; "
                f"all parts {uniformity(parts):.2g}, {held:.1%} inside 90 % "
                f"({process_time() - start:.0f} s)"
            )


if __name__ == "__main__":
    main()
