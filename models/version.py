"""The one place that knows the version of the application."""

NAME = "Rotascope"
VERSION = "0.1.0"
