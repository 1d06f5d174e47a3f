"""What does a summary say of a region's day, and what does it rest on?"""
