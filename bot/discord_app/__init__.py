"""How is Discord spoken?"""
