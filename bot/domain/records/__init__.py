"""What does a market's past say of its level now: records, trend, events?"""
