"""Which figures come from files: a replay, the embedded sample, the packaged tables?"""
