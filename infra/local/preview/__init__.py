"""Cards as their clients show them: HTML, and pictures of it by a browser that is there."""
