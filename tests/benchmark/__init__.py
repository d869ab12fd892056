"""Speed and scale, measured side by side in one run: `python -m tests.benchmark --help`."""
