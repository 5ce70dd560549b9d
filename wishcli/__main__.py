"""`python -m wishcli` is `wish`."""

from wishcli.main import run

if __name__ == "__main__":
    run()
