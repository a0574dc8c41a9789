"""How much longer than usual the random and the violent tests go on: `SOAK=20 pytest …`, what `make soak` sets."""

import os

TIMES = max(int(os.environ.get("SOAK", "1")), 1)
