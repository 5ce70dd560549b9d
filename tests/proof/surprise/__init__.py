"""The surprise, proved: two worlds, a blindfold, a clock, and leaks that must be caught."""
