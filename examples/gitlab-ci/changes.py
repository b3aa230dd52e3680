"""`changes.py < REVIEW` prints the parts of a review in JSON that an approval covers."""

import json
import sys

review = json.load(sys.stdin)
covered = ("changes", "answers", "gaps", "other_removals")
json.dump({name: review[name] for name in covered}, sys.stdout, indent=2)
