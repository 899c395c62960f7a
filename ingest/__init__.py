"""Everything that brings knowledge in: parsers next to a few lines that read files, and the run that joins them."""
