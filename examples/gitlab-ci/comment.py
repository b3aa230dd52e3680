"""`comment.py FILE` keeps one comment with the text of a file under a merge request of GitLab.

The first line of the file is a marker, by which the next run finds the comment and replaces it. A
comment of another user is never replaced.
"""

import json
import os
import sys
from pathlib import Path
from urllib.request import Request, urlopen

NOTES = "{CI_API_V4_URL}/projects/{CI_PROJECT_ID}/merge_requests/{CI_MERGE_REQUEST_IID}/notes"


def call(method: str, url: str, body: object = None) -> object:
    """Return the answer of GitLab to a call."""
    headers = {"PRIVATE-TOKEN": os.environ["REVIEW_TOKEN"], "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, headers, method=method), timeout=30) as answer:
        return json.load(answer)


def notes(url: str) -> list[dict[str, object]]:
    """Return every note of the merge request."""
    found: list[dict[str, object]] = []
    page = 1
    while True:
        listed = call("GET", f"{url}?per_page=100&page={page}")
        assert isinstance(listed, list)
        if not listed:
            return found
        found += listed
        page += 1


def own_id() -> object:
    """Return the id of the user to whom the token belongs."""
    user = call("GET", "{CI_API_V4_URL}/user".format_map(os.environ))
    assert isinstance(user, dict)
    return user["id"]


def main() -> None:
    """Create or replace the comment."""
    text = Path(sys.argv[1]).read_text()
    marker = text.splitlines()[0]
    url = NOTES.format_map(os.environ)
    own = own_id()
    for note in notes(url):
        author = note["author"]
        assert isinstance(author, dict)
        if author["id"] == own and str(note["body"]).startswith(marker):
            call("PUT", f"{url}/{note['id']}", {"body": text})
            return
    call("POST", url, {"body": text})


main()
