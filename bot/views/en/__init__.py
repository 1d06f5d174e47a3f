"""What does the bot say in English?"""
