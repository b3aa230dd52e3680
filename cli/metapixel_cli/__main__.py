"""`python -m metapixel_cli`."""

from metapixel_cli.main import main

main()
