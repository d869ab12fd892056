"""The tests do without pandas: the modules that need it are not searched for examples."""

collect_ignore_glob = ["pandas_*.py"]
