"""What is told of the work while it goes on: logs, metrics, traces, the audit trail and its price."""
