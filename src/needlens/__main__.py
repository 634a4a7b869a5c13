"""``python -m needlens`` is the ``needlens`` command."""

from needlens.cli import main

if __name__ == "__main__":
    main()
