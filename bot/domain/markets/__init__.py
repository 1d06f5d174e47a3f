"""Which markets are there, how are they found, and what is known of each?"""
