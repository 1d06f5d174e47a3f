"""What can be asked: async use cases over Protocols."""
