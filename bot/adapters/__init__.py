"""Where facts live: each module is the only importer of its library."""
