"""What `bootstrap` makes the functions of: settings to adapters, behind the ports."""
