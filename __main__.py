"""The first example, which the Pulumi.yaml in this folder runs.

With `main`, Pulumi would look for `.venv` in this folder and in the folder of the program.
"""

import runpy

runpy.run_path("examples/share-with-agency")
