"""`changes.py < REVIEW` prints the changes of a review that is in JSON."""

import json
import sys

json.dump(json.load(sys.stdin)["changes"], sys.stdout, indent=2)
