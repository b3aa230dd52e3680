"""YAML text as plain data, of a limited size."""

import yaml

#: The most values of a file, in which an alias counts as often as the file repeats it.
_MOST_VALUES = 1_000_000


def parsed(text: str) -> object:
    """Return the data in YAML text. Raise yaml.YAMLError for wrong text, or too many values."""
    data = yaml.safe_load(text)
    found = [data]
    for each in found:
        if len(found) > _MOST_VALUES:
            raise yaml.YAMLError(f"its aliases repeat more than {_MOST_VALUES:,} values")
        if isinstance(each, dict | list):
            found += each.values() if isinstance(each, dict) else each
    return data
