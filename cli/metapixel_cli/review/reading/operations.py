"""The operations of the engine that this version knows."""

from __future__ import annotations

#: The operations by their effect on access.
CREATES = ("create", "create-replacement", "import", "import-replacement")
#: The operations that create a resource, or find its access at Meta. An import only finds it.
CREATIONS = ("create", "create-replacement", "replace")
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
#: Operations whose events contain the state before the operation, and those whose events contain
#: the state after it.
HAS_OLD = ("create-replacement", *DELETES, "refresh", "replace", "same", "update")
HAS_NEW = (*CREATES, "replace", "same", "update")
