"""Fuzz targets for whatever reads bytes of strangers.

Each target takes good samples, damages them a little, and holds the reader to its contract: it
reads them or refuses them with the error that it documents. Where a property test already states
the contract, the target runs that property's own body. `make nightly` runs them for long.
"""
