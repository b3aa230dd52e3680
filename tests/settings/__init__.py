"""The provider under each setting of the simulator's switches."""
