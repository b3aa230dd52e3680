"""The conversion of the output of `pulumi preview --json` to a `Preview`, which is plain data."""
