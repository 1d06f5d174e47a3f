"""What were the daily bars, which of them can be believed, and when are they read again?"""
