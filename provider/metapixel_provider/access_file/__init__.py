"""The access file: the access of agencies to pixels, as data.

`model` needs only the standard library. The other modules need PyYAML, which comes with Pulumi, and
are imported only where a file is read or written.
"""
