"""What commands do beside building: machines, editors, new hubs, publishing, moving."""
