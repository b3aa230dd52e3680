"""The keys of an access file. `rules` contains the rules that compare several values."""

from __future__ import annotations

from metapixel_provider.access_file.forms import Key, Keys, Labelled, ListOf
from metapixel_provider.access_file.scalars import (
    ACCOUNT,
    DAY,
    FINDING,
    ID,
    LABEL,
    REASON,
    TASKS,
    TEXT,
    VERSION,
)

PIXEL = Keys(
    "Pixel",
    "A pixel with its former labels.",
    {
        "id": Key(ID, "The id of the pixel at Meta.", 'id: "1290034567800001"'),
        "previously": Key(
            ListOf(LABEL),
            "Former labels of the pixel. With them, a rename does not interrupt access.",
        ),
    },
    short='write an id in quotes, or keys as in {id: "1290034567800001"}',
)
GRANT = Keys(
    "Grant",
    "The access of an agency to one pixel.",
    {
        "tasks": Key(TASKS, "The permitted tasks.", "tasks: [ANALYZE]"),
        "expires_on": Key(
            DAY,
            "The last day of the access, in UTC. If the agency has a last day too, the earlier day "
            "counts.",
        ),
        "reason": Key(TEXT, "The reason for this access, instead of the agency's reason."),
        "ad_accounts": Key(
            ListOf(ACCOUNT),
            "The ad accounts of the agency that may use this pixel, instead of the agency's list.",
        ),
    },
    short="write tasks as in [ANALYZE], or keys as in {tasks: [ANALYZE]}",
)
AGENCY = Keys(
    "Agency",
    "The access of one agency business.",
    {
        "business": Key(
            ID, "The id of the agency's business at Meta.", 'business: "2002345678900222"'
        ),
        "previously": Key(
            ListOf(LABEL),
            "Former labels of the agency. With them, a rename does not interrupt access.",
        ),
        "contact": Key(TEXT, "The person in the owner's business who answers for the access."),
        "reason": Key(TEXT, "The reason for the access."),
        "resend": Key(
            TEXT,
            "Any text. A change of this text asks the agency again to accept shares that it "
            "declined.",
        ),
        "expires_on": Key(DAY, "The last day of every access of the agency, in UTC."),
        "access": Key(
            Labelled(LABEL, GRANT),
            "The agency's access, by the labels of the pixels.",
            may_be_null=True,
        ),
        "ad_accounts": Key(
            ListOf(ACCOUNT), "The ad accounts of the agency that may use each of its pixels."
        ),
    },
)
ACCEPTED = Keys(
    "Accepted",
    "A finding of `metapixel access` that is accepted until a day.",
    {
        "finding": Key(FINDING, "The name of the finding.", "finding: unmanaged"),
        "business": Key(ID, "The id of the business. Without it: any business."),
        "pixel": Key(LABEL, "The label or the id of the pixel. Without it: any pixel."),
        "subject": Key(
            ACCOUNT,
            "The id of the ad account, the user or the request. Without it, the entry accepts no "
            "finding about any of these.",
        ),
        "reason": Key(REASON, "The reason for accepting the finding.", "reason: Sister company"),
        "expires_on": Key(
            DAY,
            "The last day on which the finding is accepted, in UTC.",
            'expires_on: "2027-03-31"',
        ),
    },
)
_VERSION = Key(VERSION, "The version of this format.", "version: 1")
_ACCEPTED = Key(
    ListOf(ACCEPTED),
    "Findings of `metapixel access` that are accepted until a day.",
    may_be_null=True,
)
FILE = Keys(
    "File",
    "The access of agencies to the pixels of a business.",
    {
        "version": _VERSION,
        "owner": Key(
            ID,
            "The id of the business at Meta that owns the pixels.",
            'owner: "1001204537800111"',
        ),
        "pixels": Key(
            Labelled(LABEL, PIXEL),
            "The ids of the pixels, by labels that you choose.",
            may_be_null=True,
        ),
        "agencies": Key(
            Labelled(LABEL, AGENCY),
            "The agencies with access, by labels that you choose. Access that this file leaves out "
            "is not managed.",
            may_be_null=True,
        ),
        "accepted": _ACCEPTED,
    },
)
#: A file that contains only accepted findings.
ACCEPTED_FILE = Keys(
    "AcceptedFile",
    FILE.meaning,
    {"version": Key(VERSION, _VERSION.meaning), "accepted": _ACCEPTED},
)
