"""Compare build times with other generators that do the same work; see docs/benchmarks.md."""
