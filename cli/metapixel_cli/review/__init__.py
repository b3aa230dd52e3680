"""The changes of access in a preview, taken from Pulumi's own output.

`reading` turns the output into data, `evaluation` compares the access before and after, and
`rendering` writes the result. None of them needs a network or a token.
"""
