"""What people say back: buttons, commands and questions, and their answers."""
