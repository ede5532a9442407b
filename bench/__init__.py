"""What crossorigin costs: `make bench`, or `python -m bench [--quick]`. Never timed in tests."""
