"""When does each exchange trade?"""
