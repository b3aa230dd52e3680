"""What every kind of Pulumi provider needs of the engine, whichever way it is served."""
