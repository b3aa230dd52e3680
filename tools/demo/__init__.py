"""The demonstration: a real `pulumi up` of an example against the simulator, on this machine only.

All its files are in the folder `.demo` of the checkout: the world of the simulator, and a stack
with its own state and its own Pulumi home. It can be stopped at any time and run again.
"""
