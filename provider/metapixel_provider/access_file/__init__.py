"""The access file: the access of agencies to pixels, as data.

`model` needs only the standard library. The other modules need the extra `access-file`, and are
imported only where a file is read or written.
"""
