"""The demonstration: a real `pulumi up` of an example with the simulator, only on this machine.

All its files are in one folder, `.demo` at the root: the world of the simulator, and the stack with
its own state and its own Pulumi home. It can be stopped at any time and run again.
"""
