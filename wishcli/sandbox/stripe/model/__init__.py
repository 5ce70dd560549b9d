"""What the sandbox remembers, and the rules by which money moves in it."""
