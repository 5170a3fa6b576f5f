"""The worker process: drains one lane of the queue, keeps the last model warm, outlives the terminal."""
