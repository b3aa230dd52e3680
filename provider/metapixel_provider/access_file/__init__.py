"""The access file: the access of agencies to pixels, as data.

The reader and the writer are imported only where a file is read or written.
"""
