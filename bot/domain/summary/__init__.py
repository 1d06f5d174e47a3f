"""What is told of a region's day?"""
