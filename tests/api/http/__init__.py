"""Tests of the layer between Sanic and the handlers."""
