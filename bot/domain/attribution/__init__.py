"""Why did a market move? What can be computed or quoted of it; nothing here is ever called a cause."""
