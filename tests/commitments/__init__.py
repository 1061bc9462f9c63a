"""Tests of commitments."""
