"""`python -m citysim.cli` is the same as `citysim`."""

import sys

from citysim.cli import main

sys.exit(main())
