"""What can an operator type?"""
