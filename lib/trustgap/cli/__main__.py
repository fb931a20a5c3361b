"""The command as a module: ``python -m trustgap.cli``."""

import sys

from trustgap.cli import main

if __name__ == "__main__":
    sys.exit(main())
