"""Who gains or loses what when a preview is applied, read from Pulumi's own output.

Needs neither network nor token.
"""
