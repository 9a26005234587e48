"""Many runs: planned, stored, resumed, reproducible."""

# First, so that its logger walks a short stack of imports: half a second for every process.
import mesa  # noqa: F401
