"""Random histories on the real engine, judged by the programs' text and the simulator's world."""
