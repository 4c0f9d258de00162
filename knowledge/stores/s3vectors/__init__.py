"""Amazon S3 Vectors: vectors and words in one index that costs nothing while nobody asks."""
