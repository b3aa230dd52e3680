"""Histories under settings of the simulator's switches."""
