"""Where is kept what must outlive the process?"""
