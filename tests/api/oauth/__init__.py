"""Tests of front ends that sign people in."""
