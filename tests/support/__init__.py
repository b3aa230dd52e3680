"""What the tests share: the real engine on a stack of its own."""
