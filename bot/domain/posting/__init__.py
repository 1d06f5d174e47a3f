"""What do servers subscribe to, when is it due, and how does each delivery end?"""
