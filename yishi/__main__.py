"""`python -m yishi`: the command line."""

from .cli import run_program

if __name__ == "__main__":
    run_program("python -m yishi")
