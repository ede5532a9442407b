"""`python -m crossorigin`: the command."""

from crossorigin.cli import main

if __name__ == "__main__":
    main()
