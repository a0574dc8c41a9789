"""The courier: takes what is due from the outbox, sends it, and writes down what came of it."""
