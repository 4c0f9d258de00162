"""The Slack app: its door, and what slack-bolt makes of what comes through."""
