"""`make ranks`: simulation-based calibration of the fitted laws at length, with its control.

For each law: the probability of ranks as uneven as those seen, were they uniform, parameter by parameter,
with the standard errors as estimated, and with half of them, which must fail. Some ten minutes.
"""

from time import process_time

from tests.ranks_of_truth import CASES, in_parts, ranks_of_truth, uniformity

_SIZES = {"NBD": (600, 2_000), "spend": (400, 2_000), "Pareto/NBD": (200, 2_000)}


def main() -> None:
    """Print a line per law and size of the standard errors."""
    for law, (times, customers) in _SIZES.items():
        for scale in (1.0, 0.5):
            start = process_time()
            ranks = ranks_of_truth(CASES[law], times, customers, seed=2, error_scale=scale)
            told = ", ".join(f"{name} {uniformity(ranks[name]):.2g}" for name in CASES[law].prior)
            print(
                f"{law}, {times} logs of {customers:,}, errors x {scale:g}: {told}; "
                f"all parts {uniformity(in_parts(ranks)):.2g} ({process_time() - start:.0f} s)"
            )


if __name__ == "__main__":
    main()
