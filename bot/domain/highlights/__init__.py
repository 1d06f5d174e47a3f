"""What makes one market's day worth more than its number?"""
