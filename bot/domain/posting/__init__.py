"""What do servers want to be sent, when is it due, and what becomes of each message?"""
