"""The demonstration, which runs a real `pulumi up` of an example against a local simulator.

All files of the demonstration are in the folder `.demo` of the checkout: the simulator's world, and
a stack with its own state and its own Pulumi home. A user can stop the demonstration at any time
and run it again.
"""
