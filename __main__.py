"""What Pulumi runs in this folder: the plugin (PulumiPlugin.yaml) or an example (Pulumi.yaml).

With `main` in Pulumi.yaml, Pulumi would look for `.venv` in this folder and in the folder of the
program.
"""

import re
import runpy
import sys

# The engine starts a plugin with its address, after options for logs.
if re.fullmatch(r"[^/]+:\d+", sys.argv[-1]):
    runpy.run_module("metapixel_plugin", run_name="__main__")
else:
    runpy.run_path("examples/share-with-agency")
