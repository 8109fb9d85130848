"""Entry point: `python3 -m runner`."""

from .supervisor import main

if __name__ == "__main__":
    main()
