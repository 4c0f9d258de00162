"""Where an index file lives, and how a new version takes the place of the old one."""
