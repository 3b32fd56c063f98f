"""What is measured, how, against whom. `python -m benchmarks` prints the table of docs/BENCHMARKS.md."""
