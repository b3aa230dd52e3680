"""The JSON Schema of the access file, for editors.

`python -m metapixel_provider.access_file.schema` prints it. The schema follows draft 7 and the
conventions of SchemaStore, which most editors understand. It cannot express the rules in `rules`.
It also accepts an id as a number, because an editor reads an unquoted id as a number. A day must be
text: an unquoted day is text in YAML 1.2, which editors read by default, but a date in YAML 1.1.
"""

from __future__ import annotations

import json
import sys

from metapixel_provider.access_file.shape import ACCEPTED, AGENCY, FILE, GRANT, PIXEL


def schema() -> str:
    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Access of agencies to Meta pixels",
        **FILE.definition(),
        "definitions": {each.name: each.definition() for each in (PIXEL, GRANT, AGENCY, ACCEPTED)},
    }
    return json.dumps(document, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
