"""The engine's operations on a resource, by their effect on access."""

from __future__ import annotations

CREATES = ("create", "create-replacement", "import", "import-replacement")
DELETES = ("delete", "delete-replaced")
#: Operations that leave access as it is.
IDLE = (
    "read",
    "read-replacement",
    "discard",
    "discard-replaced",
    "remove-pending-replace",
    "refresh",
)
KNOWN_OPS = (*CREATES, *DELETES, *IDLE, "same", "update", "replace")
