"""What several tests use: builders of towns and workbooks, a Git repository, the browser."""
