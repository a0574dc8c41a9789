"""What arrives by HTTP, read into signals: one file per sender's dialect."""
