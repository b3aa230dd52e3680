"""The tables in the documentation that follow from the code."""
