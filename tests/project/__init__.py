"""Tests of the project itself: its files, documents, example content and how it is deployed."""
