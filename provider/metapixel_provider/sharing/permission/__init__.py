"""Permissions of ad accounts on a pixel (guide, step 3)."""
