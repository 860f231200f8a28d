"""Tests of the food layer."""
