"""What tests build their world with."""
