"""What crossorigin costs beside its peers: `make bench`. Never timed in tests. docs/benchmark.md has the figures."""
