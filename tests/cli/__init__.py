"""Tests of the command line: what it accepts, how it ends, what it prints where."""
