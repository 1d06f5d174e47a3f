"""The steps, one a file, each naming the one before it; a step that was released is never changed."""
