"""What monitors say: sorted into lines, placed into incidents, expired, reconciled, missed."""
