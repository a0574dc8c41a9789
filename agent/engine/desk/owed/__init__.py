"""What is owed: the clocks, those that run without an incident, the agreement itself."""
