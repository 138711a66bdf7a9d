"""How long a build takes, beside other generators that do the same work; see docs/benchmarks.md."""
