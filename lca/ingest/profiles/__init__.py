"""Profiles of files: which columns a source has, what they mean, and how a file is recognised."""
