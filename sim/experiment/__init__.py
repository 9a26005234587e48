"""Many runs: planned, stored, resumed, reproducible."""
