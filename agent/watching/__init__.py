"""The watch on the other party's side: asks the agent whether it is well, and tells both parties when it is not.

It has neither a store nor the agreement: an address to ask, people to tell, and a small file so that a restart does not
forget what they were told.
"""
