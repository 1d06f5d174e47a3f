"""Where do quotes and daily bars come from?"""
