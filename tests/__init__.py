"""What Yishi promises, as tests: in the rooms of the package, with what they share in `support`."""
