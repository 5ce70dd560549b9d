"""Tests of the command `wish`."""
