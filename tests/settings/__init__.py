"""The engine tests of lifecycle and removal under settings of the simulator's switches."""
