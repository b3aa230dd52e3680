"""The demonstration: a real `pulumi up` of an example against the simulator, on this machine alone.

Everything it makes is in one folder, `.demo` at the root: the simulator's process and world, and
the stack with a state and a Pulumi home of its own. It can be ended at any point and run again.
"""
