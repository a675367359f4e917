"""Read the sites and notes of other tools: their pages, settings, addresses, and marks of their own."""
