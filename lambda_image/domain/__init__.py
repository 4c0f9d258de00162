"""What flows through the pipeline: frozen records, standard library only."""
