"""What stands behind the port `Knowledge`: which index, how it is asked, and who fills it."""
